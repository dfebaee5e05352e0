import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Config } from '../../server/config.ts'
import { listenProblem } from '../../server/http/listen.ts'
import { fail, ok, type Finding } from './finding.ts'

/** How long whoever has the port may take to say what it is, in milliseconds. */
const patience = 2_000

/** Whether a server could listen where it is told to, or does already. */
export async function checkPort({ port, listenHost }: Config): Promise<Finding> {
  const probe = createServer()
  try {
    probe.listen(port, listenHost)
    await once(probe, 'listening')
    return ok('port', `${port} is free`)
  } catch (error) {
    if (await isOurs(port)) return ok('port', `${port} is Bobbin's`)
    return fail('port', listenProblem(error, port, listenHost) ?? `Nothing can listen on port ${port}.`)
  } finally {
    probe.close()
  }
}

async function isOurs(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://localhost:${port}/healthz`, { signal: AbortSignal.timeout(patience) })
    return JSON.stringify(await reply.json()) === '{"status":"ok"}'
  } catch {
    return false
  }
}
