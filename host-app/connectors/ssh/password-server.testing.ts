import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Connection, PasswordAuthContext } from 'ssh2'
import { loadDriver } from './driver.ts'

interface PasswordServerOptions {
  readonly hostKey: string
  readonly password: string
  /** How it asks for the password. */
  readonly asks?: 'password' | 'keyboard-interactive'
  /** What it does with a password, in place of judging it. */
  readonly onPassword?: (attempt: PasswordAuthContext, connection: Connection) => void
  /** What it does with whom it let in. */
  readonly onReady?: (connection: Connection) => void
}

/** A server of the driver's, since OpenSSH asks for root to check passwords. It notes all that it is told in confidence. */
export async function startPasswordServer(options: PasswordServerOptions): Promise<{
  port: number
  /** The passwords that it was given. */
  told: string[]
  /** The ways by which somebody tried to sign in. */
  attempts: string[]
  close: () => void
}> {
  const { hostKey, password, asks = 'password', onPassword, onReady } = options
  const { Server } = await loadDriver()
  const told: string[] = []
  const attempts: string[] = []
  const connections = new Set<Connection>()
  const server = new Server({ hostKeys: [hostKey] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => {}).on('close', () => connections.delete(connection))
    connection.on('authentication', (attempt) => {
      attempts.push(attempt.method)
      const judge = (given: string | undefined) => {
        told.push(given ?? '')
        if (given === password) attempt.accept()
        else attempt.reject([asks])
      }
      if (attempt.method === 'password' && asks === 'password') {
        return onPassword ? onPassword(attempt, connection) : judge(attempt.password)
      }
      if (attempt.method === 'keyboard-interactive' && asks === attempt.method) {
        return attempt.prompt([{ prompt: 'Password: ', echo: false }], (answers) => judge(answers[0]))
      }
      attempt.reject([asks])
    })
    connection.on('ready', () => onReady?.(connection))
  })
  // Small answers, each waited for.
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    told,
    attempts,
    close() {
      for (const connection of connections) connection.end()
      listener.close()
    },
  }
}
