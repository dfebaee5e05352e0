import { connectorCategories } from '@bobbin/shared/connector-categories'
import { Command, InvalidArgumentError, Option } from 'commander'
import { createRegistry } from '../connectors/registry.ts'
import { withTaps } from '../server/tap-files.ts'
import { addTap } from './add-tap.ts'
import { connectorKinds } from './connector-kinds.ts'
import { newConnector } from './new-connector.ts'
import { openConfig } from './with-core.ts'
import { jsonOption, print, table, type OutputOptions } from './output.ts'
import { proveConnector } from './prove-connector.ts'

const kindsInWords = `what it connects: ${Object.entries(connectorKinds)
  .map(([kind, { what }]) => `${kind}, ${what}`)
  .join('; ')}`

export function connectorsCommands(): Command {
  const connectors = new Command('connectors').description('what can be connected')
  connectors
    .command('list')
    .description('the connectors that this host offers')
    .addOption(jsonOption())
    .action(list)
  connectors
    .command('new')
    .description('begin a connector: a copy of an example, which works and has a test')
    .argument('<slug>', 'its short name, such as acme-crm', slugArgument)
    .addOption(new Option('--kind <kind>', kindsInWords).choices(Object.keys(connectorKinds)).default('rest'))
    .option('--name <name>', 'as people see it; made from the slug otherwise')
    .option('--folder <folder>', 'where to; host-app/connectors/<slug> otherwise')
    .addOption(jsonOption())
    .action(newConnector)
  connectors
    .command('add-tap')
    .description('offer a Singer tap: any program that takes --config FILE --discover')
    .argument('<name>', 'its short name, such as acme-crm; its type is tap.<name>', slugArgument)
    .requiredOption('--exec <command>', 'the program and its arguments, such as /opt/taps/acme/bin/tap-acme')
    .requiredOption(
      '--settings <file>',
      'JSON Schema of its config, its --about --format=json, or Meltano’s list',
    )
    .option('--title <title>', 'as people see it; made from the name otherwise')
    .addOption(
      new Option('--category <category>', 'what it is sorted by')
        .choices(connectorCategories)
        .default('Other'),
    )
    .option('--renews <names>', 'settings that the tap writes anew into its config, with commas between them')
    .option('--force', 'replace a description that is there')
    .addOption(jsonOption())
    .action(addTap)
  connectors
    .command('test')
    .description('load a connector, see whether it keeps the rules, and run it if there are settings')
    .argument('<module>', 'the file that exports `connector`, or describes a tap')
    .option('--settings <file>', 'JSON of settings by name: with them it checks and discovers')
    .option('--access-token-file <file>', 'holds an access token, for a connector with OAuth')
    .addOption(jsonOption())
    .action(proveConnector)
  return connectors
}

async function list(options: OutputOptions): Promise<void> {
  const registry = await createRegistry(await withTaps(await openConfig()))
  const infos = registry.list().flatMap(({ type }) => registry.find(type)?.info ?? [])
  print(options, infos, () =>
    table(
      ['type', 'name', 'category', 'stage', 'steps'],
      infos.map(({ type, name, category, stage, steps }) => [type, name, category, stage, steps.join(', ')]),
    ),
  )
}

function slugArgument(text: string): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text)) {
    throw new InvalidArgumentError('A slug is lower-case words with hyphens, such as acme-crm.')
  }
  return text
}
