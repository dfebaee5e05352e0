import { readFile } from 'node:fs/promises'
import { missingSettings, valuesInForce } from '@bobbin/shared/setting-rules'
import { z } from 'zod'
import { connectorFaults } from '../connectors/connector-rules.ts'
import type { Connector, ConnectorGrant } from '../connectors/connector.ts'
import { loadConnector } from '../connectors/load-connector.ts'
import { connectorGrant, granted } from '../server/nouns/credentials/credentials.ts'
import { givenFault, inOurSpelling, settingSentence } from '../server/nouns/sources/sources.ts'
import { keepRenewed } from './keep-renewed.ts'
import { print, textOf, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'
import { tryConnector } from './try-connector.ts'

interface TestOptions extends OutputOptions {
  settings?: string
  accessTokenFile?: string
}

/** Loads a connector, holds it to the rules, and tries it where there are settings. */
export async function proveConnector(path: string, options: TestOptions): Promise<void> {
  const connector = await loadConnector(path)
  const faults = connectorFaults(connector)
  if (faults.length > 0) {
    throw new CommandFailed(`The connector breaks the rules:\n${faults.map((one) => `  ${one}`).join('\n')}`)
  }
  const { type, name } = connector.info
  if (options.settings === undefined) {
    return print(options, { type, streams: null }, () => [`${name} (${type}) keeps the rules.`])
  }
  const given = inOurSpelling(connector.info, await readSettings(options.settings))
  const settings = checkedSettings(connector, given)
  const grant = options.accessTokenFile ? await readGrant(connector, options.accessTokenFile) : null
  const from = { file: options.settings, settings }
  const streams = await tryConnector(path, {
    ...{ connector, settings, grant },
    onConfig: (left) => keepRenewed(connector, from, left),
  })
  print(options, { type, streams }, () => [
    ...streams.map((stream) => textOf(stream)),
    `${name} (${type}) works: ${streams.length} streams.`,
  ])
}

/** An access token, or the fields of a token reply as an object of JSON. */
async function readGrant(connector: Connector, path: string): Promise<ConnectorGrant> {
  const text = (await readText(path)).trim()
  const values = text.startsWith('{') ? await readSettings(path) : { access_token: text }
  return connectorGrant(connector, { values: granted(values), others: {} }, null)
}

function checkedSettings({ info }: Connector, settings: Record<string, string>): Record<string, string> {
  const faults = Object.entries(missingSettings(info.properties, settings, new Set()))
  for (const [name, value] of Object.entries(settings)) {
    const fault = givenFault(info, name, value)
    if (fault !== null) faults.push([name, fault])
  }
  if (faults.length > 0) {
    const lines = faults.map(([name, fault]) => `  ${name}: ${settingSentence(info, name, fault)}`)
    throw new CommandFailed(`The settings cannot be used:\n${lines.join('\n')}`)
  }
  return valuesInForce(info.properties, settings)
}

async function readSettings(path: string): Promise<Record<string, string>> {
  const text = await readText(path)
  try {
    const values = z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .parse(JSON.parse(text))
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  } catch (cause) {
    throw new CommandFailed(
      `${path} must hold one JSON object whose values are texts, numbers or booleans.`,
      {
        cause,
      },
    )
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CommandFailed(`${path} cannot be read.`, { cause })
  }
}
