/** The browser's debugging protocol over one WebSocket, without a library that would attach to popups by itself. */
export interface Devtools {
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>
  /** Calls back with each event of this name. Returns the way to stop. */
  on(event: string, listen: (params: Record<string, unknown>) => void): () => void
  close(): void
}

interface Reply {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

export async function connectDevtools(url: string): Promise<Devtools> {
  const socket = new WebSocket(url)
  const pending = new Map<number, PromiseWithResolvers<Record<string, unknown>>>()
  const listeners = new Map<string, Set<(params: Record<string, unknown>) => void>>()
  let lastId = 0

  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', () => reject(new Error('The browser does not answer.')), { once: true })
  })
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params = {}, result = {}, error } = JSON.parse(String(data)) as Reply
    if (id === undefined) {
      for (const listen of listeners.get(method ?? '') ?? []) listen(params)
      return
    }
    const waiting = pending.get(id)
    pending.delete(id)
    if (error) waiting?.reject(new Error(error.message))
    else waiting?.resolve(result)
  })
  socket.addEventListener('close', () => {
    for (const { reject } of pending.values()) reject(new Error('The browser has gone.'))
    pending.clear()
  })

  return {
    send(method, params = {}, sessionId) {
      const id = ++lastId
      const waiting = Promise.withResolvers<Record<string, unknown>>()
      pending.set(id, waiting)
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
      return waiting.promise
    },
    on(event, listen) {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listen))
      return () => void all.delete(listen)
    },
    close: () => socket.close(),
  }
}
