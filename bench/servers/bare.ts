import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/free-port.mjs'
import { startServer, type ChildServer } from './child-server.ts'

/** Starts `bare-server.ts`. */
export async function startBareServer(folder: string): Promise<ChildServer> {
  const port = await freePort()
  return startServer({
    file: fileURLToPath(import.meta.resolve('./bare-server.ts')),
    port,
    env: { PORT: String(port) },
    logFile: `${folder}/bare-server.log`,
    path: '/',
  })
}
