import { type PhoenixFrame, readFrame, replyTo, writeFrame } from './phoenix-frame.ts'

/** What a topic is about: a status that can be read, and changes. */
export interface WatchedStatus {
  read(): Promise<string>
  /** Calls back whenever it may have changed. Returns the way to stop. */
  watch(changed: () => void): () => void
}

/** The channels of one socket. */
export interface PhoenixChannels {
  /** One message, after those before it. Resolves once it is answered; false: the socket is not to be spoken with. */
  receive(text: string): Promise<boolean>
  /** Leaves all topics. */
  close(): void
}

interface Channel {
  readonly joinRef: string | null
  leave(): void
}

/** Topics that one socket may have joined. */
const mostChannels = 10

/**
 * The server's half of Phoenix channels, as far as statuses need it: the heartbeat, joining a topic, which tells its status,
 * leaving it, and `status_update` when it has become another.
 */
export function createPhoenixChannels({
  find,
  send,
  failed,
}: {
  /** What the topic is about; null where there is none for who is at the other end. */
  find(topic: string): Promise<WatchedStatus | null>
  send(text: string): void
  /** A status could not be read. */
  failed(error: unknown): void
}): PhoenixChannels {
  const channels = new Map<string, Channel>()
  let isClosed = false
  let last: Promise<unknown> = Promise.resolve()

  const tell = (frame: PhoenixFrame) => {
    if (!isClosed) send(writeFrame(frame))
  }

  async function answer(frame: PhoenixFrame): Promise<void> {
    const { topic, event } = frame
    if (topic === 'phoenix' && event === 'heartbeat') return tell(replyTo(frame, 'ok'))
    if (event === 'phx_join') return join(frame)
    if (event === 'phx_leave') {
      drop(topic)
      return tell(replyTo(frame, 'ok'))
    }
    tell(replyTo(frame, 'error', { reason: channels.has(topic) ? 'unknown event' : 'unmatched topic' }))
  }

  async function join(frame: PhoenixFrame): Promise<void> {
    const { topic, joinRef } = frame
    // Who joins again has forgotten that it did.
    drop(topic)
    if (channels.size >= mostChannels) return tell(replyTo(frame, 'error', { reason: 'too many topics' }))
    const status = await find(topic)
    if (status === null) return tell(replyTo(frame, 'error', { reason: 'unmatched topic' }))
    if (isClosed) return

    let told: string | null = null
    let isLeft = false
    let reading: Promise<void> = Promise.resolve()
    const readAgain = async () => {
      if (isLeft) return
      const now = await status.read()
      if (isLeft || now === told || told === null) return
      told = now
      tell({ joinRef, ref: null, topic, event: 'status_update', payload: { status: now } })
    }
    // Watched before it is read: nothing that happens between is missed.
    const stop = status.watch(() => {
      reading = reading.then(readAgain).catch(failed)
    })
    channels.set(topic, {
      joinRef,
      leave() {
        isLeft = true
        stop()
      },
    })
    try {
      told = await status.read()
    } catch (error) {
      drop(topic)
      throw error
    }
    tell(replyTo(frame, 'ok', { status: told }))
    reading = reading.then(readAgain).catch(failed)
  }

  function drop(topic: string): void {
    channels.get(topic)?.leave()
    channels.delete(topic)
  }

  return {
    receive(text) {
      const frame = readFrame(text)
      if (frame === null || isClosed) return Promise.resolve(false)
      const answered = last.then(async () => {
        await answer(frame)
        return true
      })
      last = answered.catch(() => {})
      return answered
    },
    close() {
      isClosed = true
      for (const topic of [...channels.keys()]) drop(topic)
    },
  }
}
