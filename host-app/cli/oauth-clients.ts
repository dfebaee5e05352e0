import { createOAuthClient, type OAuthClientView } from '@bobbin/shared/oauth-client'
import { Command } from 'commander'
import { redirectUri } from '../server/nouns/oauth/oauth.ts'
import type { Database } from '../server/store/database.ts'
import { idArgument } from './arguments.ts'
import { findAccount } from './operator-view.ts'
import { facts, jsonOption, print, table, timeText, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'
import { shell, tellLine } from './shell.ts'
import { withCore } from './with-core.ts'

export function oauthClientsCommands(): Command {
  const clients = new Command('oauth-clients').description(
    'registrations at providers: yours, for all accounts, or with --account its own',
  )
  const command = (name: string, description: string) =>
    clients
      .command(name)
      .description(description)
      .option('--account <id>', 'whose clients; yours where nothing is said', idArgument)
      .addOption(jsonOption())
  command('list', 'the clients, without their secrets').action(list)
  command(
    'add',
    'a client, by which new authorizations go from now on; its secret is read from standard input',
  )
    .requiredOption('--type <type>', 'the source type that it is for')
    .requiredOption('--client-id <id>', "the provider's name for it")
    .option('--name <name>', 'to know it by')
    .option('--spare', 'new authorizations do not go by it')
    .action(add)
  command('set-secret', 'replace the secret of a client; the new one is read from standard input')
    .argument('<client>', 'its id, from the list')
    .action(setSecret)
  command('remove', 'a client with its secret')
    .argument('<client>', 'its id, from the list')
    .option('--force', 'also when sources depend on it, which then have to be authorized again')
    .action(remove)
  return clients
}

interface OwnerOptions extends OutputOptions {
  readonly account?: number
}

interface AddOptions extends OwnerOptions {
  readonly type: string
  readonly clientId: string
  readonly name?: string
  readonly spare?: boolean
}

/** The account whose clients are meant; null: the operator's. */
async function ownerOf({ read }: Pick<Database, 'read'>, { account }: OwnerOptions) {
  return account === undefined ? null : (await findAccount(read, account)).id
}

async function list(options: OwnerOptions): Promise<void> {
  await withCore(async ({ oauthClients, config, database }) => {
    const owner = await ownerOf(database, options)
    const rows = await oauthClients.list(owner)
    // Those of the settings have no row.
    const ofSettings =
      owner === null ? [...config.oauthClients].map(([slug, { id }]) => ({ slug, client_id: id })) : []
    print(options, { clients: rows, of_settings: ofSettings }, () =>
      table(
        ['id', 'type', 'client id', 'name', 'default', 'since'],
        [
          ...rows.map((row) => [
            row.id,
            row.type,
            row.client_id,
            row.name,
            row.is_default ? 'yes' : 'no',
            timeText(Date.parse(row.created_at)),
          ]),
          ...ofSettings.map(({ slug, client_id }) => ['(settings)', slug, client_id, null, null, null]),
        ],
      ),
    )
  })
}

async function add(options: AddOptions): Promise<void> {
  const given = createOAuthClient.safeParse({
    type: options.type,
    client_id: options.clientId,
    client_secret: await readSecret(),
    ...(options.name !== undefined && { name: options.name }),
    is_default: options.spare !== true,
  })
  if (!given.success) {
    const problems = given.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new CommandFailed(`The client cannot be added: ${problems.join('; ')}.`)
  }
  await withCore(async ({ oauthClients, registry, config, database }) => {
    const owner = await ownerOf(database, options)
    const client = await database.write((tx) => oauthClients.create(tx, owner, given.data))
    const slug = registry.find(client.type)?.info.slug ?? ''
    print(options, client, () => facts({ ...shown(client), 'redirect uri': redirectUri(config.url, slug) }))
  })
}

async function setSecret(id: string, options: OwnerOptions): Promise<void> {
  const secret = (await readSecret()).trim()
  if (secret === '') throw new CommandFailed('There was no secret on standard input.')
  await withCore(async ({ oauthClients, database }) => {
    const owner = await ownerOf(database, options)
    const change = { client_secret: secret }
    const client = await database.write((tx) => oauthClients.update(tx, owner, id, change))
    print(options, client, () => [`The client ${client.id} has a new secret.`])
  })
}

async function remove(id: string, options: OwnerOptions & { force?: boolean }): Promise<void> {
  await withCore(async ({ oauthClients, sources, database }) => {
    const owner = await ownerOf(database, options)
    const client = await database.write(async (tx) => {
      const removed = await oauthClients.remove(tx, owner, id, { force: options.force === true })
      if (owner !== null) await sources.forgetOAuthClient(tx, owner, id)
      return removed
    })
    print(options, client, () => [`The client ${client.id} is gone.`])
  })
}

/** Not an argument: others on the machine see those. */
async function readSecret(): Promise<string> {
  if (shell().isTerminal) tellLine('Paste the secret, then press Ctrl+D on a line of its own.')
  return shell().readInput()
}

function shown({ id, type, client_id: clientId, is_default: isDefault }: OAuthClientView) {
  return { client: id, type, 'client id': clientId, default: isDefault ? 'yes' : 'no' }
}
