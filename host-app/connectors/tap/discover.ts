import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { readCatalogStream } from './catalog-stream.ts'
import { notACatalog, scanCatalog } from './catalog-scanner.ts'
import { readConfig, writeConfig } from './config-file.ts'
import { exitFailure, failureOf } from './failure-words.ts'
import { startTap, type RunningTap } from './run-tap.ts'
import { configOf, requireKinds, secretsIn } from './tap-config.ts'
import type { TapFile, TapSetting } from './tap-file.ts'
import { createTapLog, mostLogBytes, type TapLog } from './tap-log.ts'

/** Milliseconds between two looks at the config: as long as a token that the tap has renewed may be lost with it. */
const lookInterval = 200
/** Milliseconds between two words that a tap which prints something is alive. */
const aliveInterval = 5_000
/** Of writable memory that one process of a tap may have; what all of them hold together is limited where we run. */
const megabytes = 2_048

/** That one was left out is said of so many streams. */
const mostLeftOut = 20

/** Runs the tap with `--discover`, and yields the streams of its catalog while it prints it. */
export async function* discoverByTap(
  { command, settings }: TapFile,
  context: ConnectorContext,
): AsyncGenerator<DiscoveredStream> {
  const { signal } = context
  signal.throwIfAborted()
  requireKinds(settings, context.settings)
  const config = configOf(settings, context.settings)
  const folder = context.folder ?? (await mkdtemp(join(tmpdir(), 'bobbin-tap-')))
  try {
    const file = join(folder, 'config.json')
    const tap = await startTap({
      command: [...command, '--config', file, '--discover'],
      folder,
      hidden: context.folder === undefined ? null : hiddenFrom(command, folder),
      megabytes,
      fill: () => writeConfig(file, JSON.stringify(config)),
    })
    yield* read(tap, { file, settings, config }, context)
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}

/** The data folder, which the run's is in; only the folder of all runs where the tap itself lies in the data folder. */
function hiddenFrom(command: readonly string[], folder: string): string {
  const runs = dirname(folder)
  const dataDir = dirname(runs)
  return command.some((word) => word.startsWith(`${dataDir}/`)) ? runs : dataDir
}

interface GivenConfig {
  readonly file: string
  readonly settings: readonly TapSetting[]
  readonly config: Record<string, unknown>
}

async function* read(
  tap: RunningTap,
  given: GivenConfig,
  context: ConnectorContext,
): AsyncGenerator<DiscoveredStream> {
  const { signal, report } = context
  const log = createTapLog((line) => report.log(line))
  log.hide(secretsIn(given.settings, given.config))
  const watch = watchConfig(given, log, context)
  const alive = aliveTeller(context)
  signal.addEventListener('abort', tap.kill)
  if (signal.aborted) tap.kill()
  // What has left a child behind that still holds its output has ended all the same.
  void tap.ended.then(tap.kill)
  const logged = readLog(tap, { log, watch, alive })
  const timer = setInterval(() => void watch.look(), lookInterval)
  try {
    const isComplete = yield* readStreams(heard(tap.output, alive), context)
    const exitCode = await tap.ended
    const logFault = await logged
    await watch.look()
    signal.throwIfAborted()
    if (logFault) throw logFault
    // What the tap says of its own failure goes before what it failed to print.
    if (exitCode !== 0) throw failureAfter(exitCode, log, given.settings)
    if (!isComplete) throw notACatalog()
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', tap.kill)
    await tap.clear()
  }
}

/** Returns whether the catalog was complete. */
async function* readStreams(
  output: AsyncIterable<Buffer>,
  { report, signal }: Pick<ConnectorContext, 'report' | 'signal'>,
): AsyncGenerator<DiscoveredStream, boolean> {
  const seen = new Set<string>()
  let leftOut = 0
  const streams = scanCatalog(output)
  for (;;) {
    const next = await streams.next()
    if (next.done) return next.value
    const stream = readCatalogStream(next.value)
    if (!stream) {
      leftOut += 1
      if (leftOut <= mostLeftOut) report.log('A stream was left out: its description is not valid.')
    } else if (!seen.has(stream.tap_stream_id)) {
      seen.add(stream.tap_stream_id)
      yield stream
      signal.throwIfAborted()
    }
  }
}

async function* heard(output: Readable, alive: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of output as AsyncIterable<Buffer>) {
    alive()
    yield chunk
  }
}

async function readLog(
  tap: RunningTap,
  { log, watch, alive }: { log: TapLog; watch: ConfigWatch; alive: () => void },
): Promise<ConnectorError | null> {
  try {
    for await (const chunk of tap.log as AsyncIterable<Buffer>) {
      alive()
      // A secret that the tap has just renewed must not be seen either.
      await watch.look()
      if (log.feed(chunk)) continue
      tap.kill()
      const detail = `The tap logged more than ${mostLogBytes / 1024 ** 2} MB.`
      return new ConnectorError('AnswerTooLarge', { detail })
    }
  } catch {
    // Its pipe broke with it.
  }
  log.end()
  return null
}

/** A check that hears nothing for long is given up: whatever the tap prints is a sign of life. */
function aliveTeller({ report }: ConnectorContext): () => void {
  let toldAt = -Infinity
  return () => {
    const at = performance.now()
    if (at - toldAt < aliveInterval) return
    toldAt = at
    report.phase('reading_schema')
  }
}

interface ConfigWatch {
  /** Hands on what the tap has written into its config since the last look. */
  look(): Promise<void>
}

function watchConfig(
  { file, settings, config }: GivenConfig,
  log: TapLog,
  { keep }: ConnectorContext,
): ConfigWatch {
  let known = JSON.stringify(config)
  let stamp: string | null = null
  let looking = Promise.resolve()

  async function lookOnce(): Promise<void> {
    const about = await stat(file, { bigint: true }).catch(() => null)
    if (about === null) return
    const present = `${about.ino} ${about.mtimeNs} ${about.size}`
    if (present === stamp) return
    const found = await readConfig(file)
    // In the middle of a write, perhaps: the next look tells.
    if (found === null) return
    stamp = present
    const text = JSON.stringify(found)
    if (text === known) return
    known = text
    log.hide(secretsIn(settings, found))
    keep?.(found)
  }
  return { look: () => (looking = looking.then(lookOnce)) }
}

function failureAfter(exitCode: number, log: TapLog, settings: readonly TapSetting[]): ConnectorError {
  const words = exitCode > 125 ? null : log.lastWords()
  return (words === null ? null : failureOf(words, settings)) ?? exitFailure(exitCode, words)
}
