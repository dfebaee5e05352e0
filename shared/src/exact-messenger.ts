import type { Message, MessageHandler, Messenger } from 'penpal'

/**
 * Penpal's transport between two windows, for one exact origin; page and wizard both use it. Penpal's own
 * messenger greets with `*`, and sends the stack of every error along; this one addresses every message,
 * and no stack crosses.
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

  function listen(next?: MessagePort): void {
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
      const { type } = message
      if (type === 'ACK2') {
        const { port1, port2 } = new MessageChannel()
        listen(port1)
        remote.postMessage(message, remoteOrigin, [port2])
      } else if (type === 'SYN' || type === 'ACK1') remote.postMessage(message, remoteOrigin)
      else if (port) port.postMessage(withoutStack(message))
      // Penpal turns the throw into a rejected call. A reply that comes too late concerns nobody, and has
      // nobody to catch it.
      else if (type !== 'REPLY') throw new Error('not connected')
    },
    addMessageHandler: (handler) => void handlers.add(handler),
    removeMessageHandler: (handler) => void handlers.delete(handler),
    destroy() {
      ended.abort()
      listen()
    },
  }
}

function withoutStack(message: Message): Message {
  if (message.type !== 'REPLY' || !message.isSerializedErrorInstance) return message
  const { name, message: text, penpalCode } = message.value
  return { ...message, value: { name, message: text, penpalCode } }
}
