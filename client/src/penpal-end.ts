/**
 * The page's end of penpal 7's protocol. The wizard's end is penpal itself; speaking its few messages by
 * hand costs a page a fifth of the bytes. `penpal-end.test.ts` holds it to the real one.
 *
 * 1. Each side says SYN with an id of its own, and again to a SYN of an id that it had not heard.
 * 2. The side with the greater id, here always the page, says ACK1. The other answers ACK2 with a port.
 * 3. CALL and REPLY go over the port.
 *
 * Every message is addressed to one origin and counts from one window of one origin. One method is
 * offered, and there is no object whose other properties a peer could call.
 */
export interface PenpalEnd {
  /** Whether the handshake is done. */
  isUp(): boolean
  /** Calls a method of the other side; waits for ever when it does not answer. */
  call(method: string, argument: unknown): Promise<unknown>
  close(): void
}

export interface PenpalEndOptions {
  readonly remote: Window
  readonly origin: string
  readonly channel: string
  /** The one method on offer; what it returns is the reply. */
  readonly method: string
  readonly onCall: (argument: unknown) => unknown
}

interface PenpalMessage {
  readonly namespace: 'penpal'
  readonly channel: string
  readonly type: 'SYN' | 'ACK1' | 'ACK2' | 'CALL' | 'REPLY' | 'DESTROY'
  readonly [field: string]: unknown
}

export function openPenpalEnd(options: PenpalEndOptions): PenpalEnd {
  const { remote, origin, channel, method, onCall } = options
  const closed = new AbortController()
  const replies: ((value: unknown) => void)[] = []
  // Sorts after every id that penpal makes, so that this side leads.
  const participantId = `~${Math.random()}`
  let peer: unknown
  let port: MessagePort | undefined

  const message = (type: PenpalMessage['type'], fields: object): PenpalMessage => ({
    namespace: 'penpal',
    channel,
    type,
    ...fields,
  })
  const greet = () => remote.postMessage(message('SYN', { participantId }), origin)

  function shakeHands(event: MessageEvent): void {
    if (event.source !== remote || event.origin !== origin || !isOurs(event.data)) return
    const { type, participantId: id } = event.data
    if (type === 'SYN' && id !== peer) {
      peer = id
      greet()
      remote.postMessage(message('ACK1', { methodPaths: [[method]] }), origin)
    }
    if (type === 'ACK2' && event.ports[0]) {
      port = event.ports[0]
      port.onmessage = converse
    }
  }

  function converse({ data }: MessageEvent): void {
    if (!isOurs(data)) return
    if (data.type === 'REPLY' && !data['isError']) replies[Number(data['callId'])]?.(data['value'])
    if (data.type !== 'CALL') return
    const { id: callId, methodPath, args } = data
    const reply =
      String(methodPath) === method && Array.isArray(args)
        ? { callId, value: onCall(args[0]) }
        : { callId, isError: true, isSerializedErrorInstance: true, value: notFound }
    port?.postMessage(message('REPLY', reply))
  }

  const isOurs = (data: PenpalMessage | null): data is PenpalMessage =>
    data?.namespace === 'penpal' && data.channel === channel

  addEventListener('message', shakeHands, { signal: closed.signal })
  greet()
  return {
    isUp: () => !!port,
    call: (name, argument) =>
      new Promise((resolve) => {
        const id = `${replies.push(resolve) - 1}`
        port?.postMessage(message('CALL', { id, methodPath: [name], args: [argument] }))
      }),
    close() {
      closed.abort()
      port?.close()
    },
  }
}

const notFound = { name: 'PenpalError', message: 'Method not found', penpalCode: 'METHOD_NOT_FOUND' }
