import { accessTokenName } from '@bobbin/shared/access-token'
import { Command, InvalidArgumentError } from 'commander'
import type { AccessTokenRow } from '../server/nouns/tokens/tokens.ts'
import { idArgument, randomIdArgument } from './arguments.ts'
import { withCore } from './with-core.ts'
import { findAccount } from './operator-view.ts'
import { facts, jsonOption, print, table, timestamp, timeText, type OutputOptions } from './output.ts'

export function tokensCommands(): Command {
  const tokens = new Command('tokens').description('the access tokens by which an account calls')
  tokens
    .command('create')
    .description('make a token; it is shown this once')
    .requiredOption('--account <id>', 'whose token it is', idArgument)
    .option('--name <name>', 'to know it by', nameArgument)
    .addOption(jsonOption())
    .action(create)
  tokens
    .command('list')
    .description('the tokens of an account, revoked ones too')
    .requiredOption('--account <id>', 'whose tokens', idArgument)
    .addOption(jsonOption())
    .action(list)
  tokens
    .command('revoke')
    .description('end a token at once')
    .argument('<token>', 'its id, from the list', randomIdArgument)
    .allowUnknownOption()
    .requiredOption('--account <id>', 'whose token it is', idArgument)
    .option('--force', 'also when it is the last one')
    .addOption(jsonOption())
    .action(revoke)
  return tokens
}

interface TokenOptions extends OutputOptions {
  account: number
}

async function create(options: TokenOptions & { name?: string }): Promise<void> {
  await withCore(async ({ accessTokens, database }) => {
    const { accessToken, row } = await database.write(async (tx) => {
      await findAccount(tx.db, options.account)
      return accessTokens.create(tx, options.account, options.name)
    })
    print(options, { ...tokenData(row), access_token: accessToken }, () =>
      facts({ id: row.id, 'access token': accessToken }),
    )
  })
}

async function list(options: TokenOptions): Promise<void> {
  await withCore(async ({ accessTokens, database }) => {
    await findAccount(database.read, options.account)
    const rows = await accessTokens.list(options.account)
    print(options, rows.map(tokenData), () =>
      table(
        ['id', 'name', 'begins', 'created', 'last used', 'revoked'],
        rows.map((row) => [
          row.id,
          row.name,
          row.prefix,
          timeText(row.created_at),
          timeText(row.last_used_at),
          timeText(row.revoked_at),
        ]),
      ),
    )
  })
}

async function revoke(id: string, options: TokenOptions & { force?: boolean }): Promise<void> {
  await withCore(async ({ accessTokens, database }) => {
    const row = await database.write((tx) =>
      accessTokens.revoke(tx, options.account, id, { force: options.force === true }),
    )
    print(options, tokenData(row), () => [`The token ${row.prefix}… opens nothing any more.`])
  })
}

function tokenData(row: AccessTokenRow) {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    created_at: timestamp(row.created_at),
    last_used_at: timestamp(row.last_used_at),
    revoked_at: timestamp(row.revoked_at),
  }
}

function nameArgument(text: string): string {
  const name = accessTokenName.safeParse(text)
  if (!name.success) throw new InvalidArgumentError(name.error.issues[0]?.message ?? '')
  return name.data
}
