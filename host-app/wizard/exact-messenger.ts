import type { Message, MessageHandler, Messenger } from 'penpal'

/**
 * Penpal's transport between windows, for one exact origin. Penpal's own messenger greets with `*`, and
 * sends the stack of every error along; this one addresses every message, and no stack crosses.
 *
 * The handshake goes by window messages; its last one (ACK2) brings a port, which carries all calls.
 */
export function exactMessenger(remote: Window, remoteOrigin: string): Messenger {
  const handlers = new Set<MessageHandler>()
  const ended = new AbortController()
  let isOurs: (data: unknown) => data is Message
  let port: MessagePort | undefined

  function receive(data: unknown): void {
    if (isOurs(data)) for (const handle of handlers) handle(data)
  }

  function listen(next: MessagePort | undefined): void {
    port?.close()
    port = next
    if (next) next.onmessage = ({ data }) => receive(data)
  }

  return {
    initialize({ validateReceivedMessage }) {
      isOurs = validateReceivedMessage
      addEventListener(
        'message',
        ({ source, origin, data, ports }) => {
          if (source !== remote || origin !== remoteOrigin || !isOurs(data)) return
          if (data.type === 'ACK2') listen(ports[0])
          receive(data)
        },
        { signal: ended.signal },
      )
    },
    sendMessage(message) {
      if (message.type === 'ACK2') {
        const { port1, port2 } = new MessageChannel()
        listen(port1)
        remote.postMessage(message, remoteOrigin, [port2])
      } else if (message.type === 'SYN' || message.type === 'ACK1') remote.postMessage(message, remoteOrigin)
      // Without a port there is no connection; penpal turns the throw into a rejected call.
      else if (port) port.postMessage(withoutStack(message))
      else throw new Error('not connected')
    },
    addMessageHandler: (handler) => void handlers.add(handler),
    removeMessageHandler: (handler) => void handlers.delete(handler),
    destroy() {
      ended.abort()
      listen(undefined)
    },
  }
}

function withoutStack(message: Message): Message {
  if (message.type !== 'REPLY' || !message.isSerializedErrorInstance) return message
  const { name, message: text, penpalCode } = message.value
  return { ...message, value: { name, message: text, penpalCode } }
}
