import * as connections from 'selenium-webdriver/bidi/index.js'

/** The module is the class itself; its types say that it has the class in it. */
const { default: BidiConnection } = connections as unknown as { default: typeof connections.Index }

/** The commands that we use, as https://w3c.github.io/webdriver-bidi describes them: parameters and result. */
interface Commands {
  'session.new': { result: object }
  'browser.createUserContext': { result: { userContext: string } }
  'browser.removeUserContext': { result: object }
  'browsingContext.create': { result: { context: string } }
  'browsingContext.getTree': { result: { contexts: { context: string; userContext: string }[] } }
  'browsingContext.traverseHistory': { result: object }
  'browsingContext.navigate': { result: object }
  'browsingContext.reload': { result: object }
  'browsingContext.captureScreenshot': { result: { data: string } }
  'browsingContext.locateNodes': { result: { nodes: { sharedId: string }[] } }
  'input.performActions': { result: object }
  'script.callFunction': { result: { result: { value?: unknown; sharedId?: string } } }
  'script.evaluate': { result: { result: { value?: unknown } } }
}

export interface Bidi {
  /** Sends a command and returns its result; throws when the browser refuses it. */
  send<Method extends keyof Commands>(method: Method, params: object): Promise<Commands[Method]['result']>
  close(): Promise<void>
}

type Reply<Result> =
  | { type: 'success'; result: Result }
  | { type: 'error'; error: string; message: string }
  | { type: 'exception'; exceptionDetails: unknown }

/** Selenium's connection, straight to a browser: no driver's server is in between. */
export async function connectBidi(url: string): Promise<Bidi> {
  const connection = new BidiConnection(url)
  await connection.waitForConnection()
  return {
    async send<Method extends keyof Commands>(method: Method, params: object) {
      const reply = (await connection.send({ method, params })) as Reply<Commands[Method]['result']>
      if (reply.type === 'success') return reply.result
      throw new Error(`${method}: ${JSON.stringify(reply)}`)
    },
    close: async () => void (await connection.close()),
  }
}
