import { once } from 'node:events'
import type { Connection, ServerConfig } from 'ssh2'
import { loadDriver } from './driver.ts'

interface PasswordServerOptions {
  readonly hostKey: string
  readonly password: string
  /** How it asks for the password. */
  readonly asks?: 'password' | 'keyboard-interactive'
  readonly algorithms?: ServerConfig['algorithms']
  /** What it does with whom it let in. */
  readonly onReady?: (connection: Connection) => void
}

/** A server of the driver's, since OpenSSH asks for root to check passwords. It notes all that it is told in confidence. */
export async function startPasswordServer(options: PasswordServerOptions): Promise<{
  port: number
  told: string[]
  close: () => void
}> {
  const { hostKey, password, asks = 'password', algorithms, onReady } = options
  const { Server } = await loadDriver()
  const told: string[] = []
  const connections = new Set<Connection>()
  const server = new Server({ hostKeys: [hostKey], ...(algorithms && { algorithms }) }, (connection) => {
    connections.add(connection)
    connection.on('error', () => {}).on('close', () => connections.delete(connection))
    connection.on('authentication', (attempt) => {
      const judge = (given: string | undefined) => {
        told.push(given ?? '')
        if (given === password) attempt.accept()
        else attempt.reject([asks])
      }
      if (attempt.method === 'password' && asks === 'password') return judge(attempt.password)
      if (attempt.method === 'keyboard-interactive' && asks === attempt.method) {
        return attempt.prompt([{ prompt: 'Password: ', echo: false }], (answers) => judge(answers[0]))
      }
      attempt.reject([asks])
    })
    connection.on('ready', () => onReady?.(connection))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    told,
    close() {
      for (const connection of connections) connection.end()
      server.close()
    },
  }
}
