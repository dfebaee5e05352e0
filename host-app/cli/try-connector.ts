import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { discoveredStream } from '@bobbin/shared/catalog'
import { errorTable, type CheckErrorCode } from '@bobbin/shared/errors'
import { sentenceParts } from '@bobbin/shared/isolated'
import { timings } from '@bobbin/shared/timings'
import { type Connector, ConnectorError, type ConnectorGrant } from '../connectors/connector.ts'
import { startCheckClock } from '../server/nouns/checks/checks.ts'
import { usualCheckMemory } from '../server/config.ts'
import { createConnectorProcesses } from '../server/edges/connector-process/connector-processes.ts'
import {
  ConnectorDied,
  ConnectorsUnavailable,
  silent as unheard,
  UnexplainedError,
  type TaskListener,
} from '../server/edges/connector-process/connector-runner.ts'
import type { ConnectorTask } from '../server/edges/connector-process/messages.ts'
import { exchangedGrant } from './grant-to-try.ts'
import { textOf } from './output.ts'
import { CommandFailed } from './run-command.ts'
import { shell, tellLine } from './shell.ts'

/**
 * Checks and discovers for real, as a server does: in a process of its own, with its limits. What the connector prints,
 * and where it broke, goes to standard error. Returns the names of the streams. @throws {CommandFailed}
 */
export async function tryConnector(
  path: string,
  {
    connector,
    settings,
    grant,
    onConfig,
  }: Pick<ConnectorTask, 'settings'> & {
    connector: Connector
    /** The person's, of whom what else belongs to it is looked up first; null: what the settings are exchanged for, if anything. */
    grant: ConnectorGrant | null
    onConfig: NonNullable<TaskListener['config']>
  },
): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bobbin-try-'))
  const processes = createConnectorProcesses({
    dataDir,
    demoCrmUrl: null,
    connectorModules: [resolve(path)],
    // Who tests at a terminal may reach what that machine reaches.
    allowPrivateNetworks: true,
    memoryLimit: usualCheckMemory,
    warm: 0,
    printsTo: 'stderr',
  })
  const silent = new AbortController()
  const clock = startCheckClock(timings, () => silent.abort(new ConnectorError('ConnectionTimeout')))
  const streams: string[] = []
  const listener: TaskListener = {
    phase(phase) {
      clock.alive()
      tellLine(phase.replaceAll('_', ' '))
    },
    log: (line) => tellLine(`  ${plain(line)}`),
    config: onConfig,
    async stream(found) {
      clock.alive()
      streams.push(nameOf(found))
    },
    unnamed: ({ name }) => tellLine(`  The account could not be named: ${name}.`),
  }
  try {
    const signal = AbortSignal.any([shell().untilStopped(), silent.signal])
    const { type } = connector.info
    const run = (calls: ConnectorTask['calls'], given: ConnectorGrant | null, on: TaskListener) =>
      processes.run({ type, settings, grant: given, calls }, on, signal)
    const lookUp = async (given: ConnectorGrant) => {
      const { lookedUp } = await run('afterExchange', given, unheard)
      return { ...given, kept: { ...given.kept, ...lookedUp } }
    }
    const consented = grant && connector.afterExchange ? await lookUp(grant) : grant
    await run('check', consented ?? (await exchangedGrant(connector, settings)), listener)
    return streams
  } catch (error) {
    const sentence = sentenceOf(error)
    throw sentence === null ? error : new CommandFailed(sentence, { cause: error })
  } finally {
    clock.stop()
    await processes.close()
    await rm(dataDir, { recursive: true })
  }
}

/** Isolated names are for screens that know right from left: a terminal would show the marks around them. */
const plain = (sentence: string) => textOf(sentenceParts(sentence).join(''))

/** @throws {CommandFailed} */
function nameOf(found: unknown): string {
  const stream = discoveredStream.safeParse(found)
  if (stream.success) return stream.data.tap_stream_id
  const [issue] = stream.error.issues
  throw new CommandFailed(`A stream has not the right form: ${issue?.path.join('.')}: ${issue?.message}.`)
}

function sentenceOf(error: unknown): string | null {
  const failure = (code: CheckErrorCode, detail: string | null, field: string | null = null) =>
    `${code}${field === null ? '' : ` (${field})`}: ${plain(detail ?? errorTable[code].sentence)}`
  if (error instanceof ConnectorError) return failure(error.code, error.detail, error.field)
  if (error instanceof ConnectorDied) return failure('CheckCrashed', error.message)
  if (error instanceof UnexplainedError) {
    const { name, code } = error.kind
    return failure('CheckFailed', `The connector threw ${code === null ? name : `${name} ${code}`}.`)
  }
  if (error instanceof ConnectorsUnavailable) return `This cannot be tried: ${error.message}`
  return null
}
