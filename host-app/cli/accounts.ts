import { createAccount, webOrigin } from '@bobbin/shared/account'
import { Command, InvalidArgumentError } from 'commander'
import { collect, countArgument, idArgument } from './arguments.ts'
import { withCore } from './with-core.ts'
import { findAccount, listAccounts, type AccountSummary } from './operator-view.ts'
import { facts, jsonOption, print, table, timestamp, timeText, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'

export function accountsCommands(): Command {
  const accounts = new Command('accounts').description(
    'end customers, each with sources and tokens of its own',
  )
  accounts
    .command('create')
    .description('make an account and its first access token, which is shown this once')
    .requiredOption('--company <name>', 'whose account it is')
    .requiredOption('--email <address>', 'of the person who answers for it')
    .requiredOption('--first-name <name>', 'of that person')
    .requiredOption('--last-name <name>', 'of that person')
    .option('--origin <origin>', 'from which the wizard may be opened; may be given again', originArgument)
    .addOption(jsonOption())
    .action(create)
  accounts
    .command('list')
    .description('the accounts, oldest first')
    .option('--limit <count>', 'how many at most', countArgument, 1_000)
    .addOption(jsonOption())
    .action(list)
  accounts
    .command('show')
    .description('one account')
    .argument('<account>', 'its id', idArgument)
    .addOption(jsonOption())
    .action(showAccount)
  return accounts
}

interface CreateOptions extends OutputOptions {
  company: string
  email: string
  firstName: string
  lastName: string
  origin?: string[]
}

async function create(options: CreateOptions): Promise<void> {
  await withCore(async ({ accounts, config, database }) => {
    if (!config.partner) {
      throw new CommandFailed(
        'Nobody may create accounts: set BOBBIN_PARTNER_ID and BOBBIN_PARTNER_SECRET first.',
      )
    }
    const account = createAccount.safeParse({
      company: options.company,
      email: options.email,
      first_name: options.firstName,
      last_name: options.lastName,
      partner_id: config.partner.id,
      partner_secret: config.partner.secret,
    })
    if (!account.success) {
      const problems = account.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      throw new CommandFailed(`The account cannot be made: ${problems.join('; ')}.`)
    }
    const { accountId, accessToken } = await database.write(async (tx) => {
      const created = await accounts.create(tx, account.data)
      if (options.origin) await accounts.update(tx, created.accountId, { allowed_origins: options.origin })
      return created
    })
    print(options, { stitch_account_id: accountId, access_token: accessToken }, () =>
      facts({ account: accountId, 'access token': accessToken }),
    )
  })
}

async function list(options: OutputOptions & { limit: number }): Promise<void> {
  await withCore(async ({ database }) => {
    const accounts = await listAccounts(database.read, options)
    print(options, accounts.map(accountData), () =>
      table(
        ['id', 'company', 'email', 'sources', 'created'],
        accounts.map((account) => [
          account.id,
          account.company,
          account.email,
          account.sources,
          timeText(account.created_at),
        ]),
      ),
    )
  })
}

async function showAccount(accountId: number, options: OutputOptions): Promise<void> {
  await withCore(async ({ database }) => {
    const account = await findAccount(database.read, accountId)
    const data = accountData(account)
    print(options, data, () =>
      facts({
        id: data.id,
        company: data.company,
        email: data.email,
        name: `${data.first_name} ${data.last_name}`,
        origins: data.allowed_origins.join(', ') || null,
        sources: data.sources,
        created: timeText(account.created_at),
      }),
    )
  })
}

function accountData(row: AccountSummary) {
  return {
    id: row.id,
    company: row.company,
    email: row.email,
    first_name: row.first_name,
    last_name: row.last_name,
    allowed_origins: JSON.parse(row.allowed_origins) as string[],
    sources: row.sources,
    created_at: timestamp(row.created_at),
  }
}

function originArgument(text: string, before?: readonly string[]): string[] {
  const origin = webOrigin.safeParse(text)
  if (!origin.success) {
    throw new InvalidArgumentError('It must be an exact origin such as https://app.example.com.')
  }
  return collect(origin.data, before)
}
