import { Socket } from 'node:net'
import process from 'node:process'
import { inspect } from 'node:util'
import { startupSnapshot } from 'node:v8'
import { ConnectorError } from '../../../connectors/connector.ts'
import { loadConnector } from '../../../connectors/load-connector.ts'
import { ownConnectors } from '../../../connectors/own-connectors.ts'
import { describeUnknown } from '../../ground/describe-unknown.ts'
import { createOutbound } from '../outbound/outbound.ts'
import { callConnector, isConnectorError } from './call-connector.ts'
import type { TaskListener } from './connector-runner.ts'
import { importFromSnapshot } from './import-from-snapshot.ts'
import { readLines } from './message-lines.ts'
import {
  childSetup,
  connectorTask,
  firstLine,
  longestLogLine,
  mostBytesPerMessage,
  mostReports,
  type ChildMessage,
  type ChildSetup,
  type FoundModules,
} from './messages.ts'
import { keepSources, useSources } from './module-sources.ts'
import { createStreamWriter } from './stream-lines.ts'

/**
 * Bytes that wait here for the server: while it stores some hundreds of streams and waits for its disk, the next are
 * found.
 */
const mostAhead = 2 * 1024 ** 2

/**
 * A connector process: reads one task from its channel, does it, answers, ends. It ends with its channel
 * too, so it outlives no server. All of this is loaded once, when the snapshot is made (`snapshot.ts`); what is here
 * outside of a function runs then, and only then.
 */
startupSnapshot.setDeserializeMainFunction(() => {
  const ends = { fd: 3, readable: true, writable: true, writableHighWaterMark: mostAhead }
  const channel = new Socket(ends)
  channel.on('close', () => process.exit(0))
  channel.on('error', () => process.exit(0))
  // A terminal or a supervisor may signal all of us: the server decides when we end.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  const dieOf = (error: unknown) => {
    print(error)
    sendLast(channel, { type: 'broken', error: describeUnknown(error), dies: true })
  }
  process.on('uncaughtException', dieOf)
  process.on('unhandledRejection', dieOf)
  void serve(channel, childSetup.parse(JSON.parse(process.argv[2] ?? '')))
})

async function serve(channel: Socket, setup: ChildSetup): Promise<void> {
  const outbound = createOutbound(setup)
  const abort = new AbortController()
  let modules: FoundModules | null = null
  let task: Promise<void> | null = null
  for await (const line of readLines(channel, mostBytesPerMessage)) {
    if (task) abort.abort(new Error('The check was stopped.'))
    else if (modules) task = work(modules, line)
    else {
      modules = firstLine.parse(JSON.parse(line.toString()))
      if (modules) {
        useSources(modules.sources)
        await send(channel, JSON.stringify({ type: 'ready' } satisfies ChildMessage))
      } else {
        // Leaving the loop would end the channel.
        await findModules(channel, setup)
      }
    }
  }

  async function work({ paths }: FoundModules, line: Buffer): Promise<void> {
    try {
      const wanted = connectorTask.parse(JSON.parse(line.toString()))
      const path = paths[wanted.type]
      const connector =
        path === undefined
          ? ownConnectors(setup).find(({ info }) => info.type === wanted.type)
          : await loadConnector(path, importFromSnapshot)
      if (!connector) throw new Error('This process does not know the connector.')
      const means = { ...outbound, signal: abort.signal, folder: setup.folder }
      const result = await callConnector(connector, wanted, means, listener(channel))
      sendLast(channel, { type: 'done', ...result })
    } catch (error) {
      // Nobody listens any more to one that was stopped.
      if (abort.signal.aborted) process.exit(0)
      if (!isConnectorError(error)) print(error)
      sendLast(channel, answerTo(error))
    }
  }
}

/** Without asking whether they keep the rules: the server did, at its start. */
async function findModules(channel: Socket, { connectorModules }: ChildSetup): Promise<void> {
  try {
    const sources = keepSources()
    const paths: Record<string, string> = {}
    const programs: string[] = []
    for (const path of connectorModules) {
      const { info, startsProgram } = await loadConnector(path, importFromSnapshot)
      paths[info.type] = path
      if (startsProgram !== undefined) programs.push(info.type)
    }
    sendLast(channel, { type: 'found', paths, sources, programs })
  } catch (error) {
    sendLast(channel, { type: 'unable', reason: error instanceof Error ? error.message : String(error) })
  }
}

/** For whoever tries a connector; on a server it goes nowhere. */
function print(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`)
}

/** Sends, and resolves when there is room for more. */
async function send(channel: Socket, message: string): Promise<void> {
  const line = `${message}\n`
  if (line.length > mostBytesPerMessage || Buffer.byteLength(line) > mostBytesPerMessage) {
    throw new ConnectorError('AnswerTooLarge', { detail: 'The description of one stream is too long.' })
  }
  if (!channel.write(line)) await new Promise((resolve) => channel.once('drain', resolve))
}

/** The last word. The server closes the channel when it has read it. */
function sendLast(channel: Socket, message: ChildMessage): void {
  channel.write(`${JSON.stringify(message)}\n`)
}

function listener(channel: Socket): TaskListener {
  const writeStream = createStreamWriter()
  let reports = 0
  const report = (message: ChildMessage) => {
    reports += 1
    if (reports <= mostReports) void send(channel, JSON.stringify(message))
  }
  return {
    phase: (phase) => report({ type: 'phase', phase }),
    log: (line) => report({ type: 'log', line: line.slice(0, longestLogLine) }),
    config: (config) => send(channel, JSON.stringify({ type: 'config', config } satisfies ChildMessage)),
    stream(stream) {
      if (channel.writableCorked === 0) {
        // What is found in one go crosses in one go.
        channel.cork()
        process.nextTick(() => channel.uncork())
      }
      return send(
        channel,
        writeStream(stream) ?? JSON.stringify({ type: 'stream', stream } satisfies ChildMessage),
      )
    },
    unnamed: (error) => report({ type: 'unnamed', error }),
  }
}

function answerTo(error: unknown): ChildMessage {
  if (!isConnectorError(error)) return { type: 'broken', error: describeUnknown(error), dies: false }
  const { code, field, detail, role } = error
  return {
    type: 'failed',
    code,
    field: typeof field === 'string' ? field : null,
    detail: typeof detail === 'string' ? detail.slice(0, longestLogLine) : null,
    role: typeof role === 'string' ? role : null,
  }
}
