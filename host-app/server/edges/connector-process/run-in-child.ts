import { ConnectorError } from '../../../connectors/connector.ts'
import { nextTurn } from '../../ground/next-turn.ts'
import {
  ConnectorDied,
  ConnectorsUnavailable,
  UnexplainedError,
  type TaskListener,
  type TaskResult,
} from './connector-runner.ts'
import { LineTooLong, readLines } from './message-lines.ts'
import {
  childMessage,
  mostBytes,
  mostBytesPerMessage,
  mostOtherMessages,
  mostStreams,
  type ChildMessage,
  type ConnectorTask,
} from './messages.ts'
import type { ConnectorChild } from './spawn-child.ts'
import { createStreamReader } from './stream-lines.ts'
import { watchMemory } from './watch-memory.ts'

/** What is there to be read may be thousands of streams: others are answered in between. */
const streamsPerTurn = 200

/**
 * Has one process do one task. Reads its answers one at a time, each when the one before is dealt with, so
 * that a process is never ahead of what is stored by more than the channel holds. Ends the process when
 * it asks for too much; what becomes of it after an answer or an abort is the caller's.
 */
export async function runInChild(
  child: ConnectorChild,
  task: ConnectorTask,
  listener: TaskListener,
  { signal, memoryLimit }: { signal: AbortSignal; memoryLimit: number },
): Promise<TaskResult> {
  let isTooLarge = false
  let isReady = false
  const tooLarge = () => {
    isTooLarge = true
    child.kill()
  }
  const stopWatching =
    child.pid === null ? () => {} : watchMemory(child.pid, memoryLimit, tooLarge, child.folder !== null)
  const readStream = createStreamReader()
  const bounds = { bytes: 0, streams: 0, others: 0 }
  try {
    child.channel.write(`${JSON.stringify(task)}\n`)
    for await (const line of readLines(child.channel, mostBytesPerMessage)) {
      signal.throwIfAborted()
      const message = parseMessage(line, readStream)
      if (message.type === 'done') return message
      if (message.type === 'ready' && !isReady) {
        isReady = true
        continue
      }
      bounds.bytes += line.length
      if (message.type === 'stream') bounds.streams += 1
      else bounds.others += 1
      if (bounds.bytes > mostBytes || bounds.streams > mostStreams) {
        throw answerTooLarge('There are too many streams.')
      }
      if (bounds.others > mostOtherMessages) throw new ConnectorDied('It said more than it may.')
      await hear(message, listener)
      if (message.type === 'stream' && bounds.streams % streamsPerTurn === 0) await nextTurn()
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LineTooLong) throw answerTooLarge('The description of one stream is too long.')
    if (!isTooLarge && error !== child.channel.errored) throw error
  } finally {
    stopWatching()
  }
  signal.throwIfAborted()
  if (isTooLarge)
    throw answerTooLarge(`Reading it took more than ${Math.round(memoryLimit / 1024 ** 2)} MB of memory.`)
  const how = `The process ${await child.ended}.`
  // What ends before its first word has not read a byte of the task.
  throw isReady ? new ConnectorDied(how) : new ConnectorsUnavailable(how)
}

/** Tells the listener, or throws what the message is about. */
async function hear(message: Exclude<ChildMessage, { type: 'done' }>, listener: TaskListener): Promise<void> {
  switch (message.type) {
    case 'phase':
      return listener.phase(message.phase)
    case 'log':
      return listener.log(message.line)
    case 'config':
      return listener.config?.(message.config)
    case 'stream':
      return listener.stream(message.stream)
    case 'unnamed':
      return listener.unnamed(message.error)
    case 'failed': {
      const { code, field, detail, role } = message
      throw new ConnectorError(code, {
        field: field ?? undefined,
        detail: detail ?? undefined,
        role: role ?? undefined,
      })
    }
    case 'broken': {
      const { name, code } = message.error
      if (!message.dies) throw new UnexplainedError(message.error)
      throw new ConnectorDied(`It broke outside of its task: ${name}${code === null ? '' : ` ${code}`}.`)
    }
    case 'ready':
    case 'unable':
    case 'found':
      throw new ConnectorDied('It answered what it was not asked.')
  }
}

function parseMessage(line: Buffer, readStream: ReturnType<typeof createStreamReader>): ChildMessage {
  try {
    const found = readStream(line)
    return found ? { type: 'stream', ...found } : childMessage.parse(JSON.parse(line.toString()))
  } catch {
    throw new ConnectorDied('It said what nobody understands.')
  }
}

function answerTooLarge(detail: string): ConnectorError {
  return new ConnectorError('AnswerTooLarge', { detail })
}
