import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import type { KeyWatch } from '../../nouns/credentials/credentials.ts'
import type { Database } from '../../store/database.ts'
import { probeStore } from '../../store/probe-store.ts'
import { outageOf } from '../../ground/outage.ts'

const unready = (reason: ReasonOf<'Unavailable'>, cause?: unknown) =>
  new AppError('Unavailable', { data: { reason }, cause })

/** How long an answer about the store holds, in milliseconds: each is a commit. */
const validity = 1_000
/** How long somebody's write that failed counts, in milliseconds: a small one may still find room. */
const memory = 15_000

/** For load balancers and supervisors. `/healthz`: the process answers. `/readyz`: it can do its work. */
export function serveHealth(
  app: FastifyInstance,
  {
    database,
    keyWatch,
    connectorRunner,
    now,
  }: {
    database: Pick<Database, 'write' | 'lastFault'>
    keyWatch: Pick<KeyWatch, 'fault'>
    /** Why connectors could not be run the last time, and how to try again. */
    connectorRunner: { fault(): Error | null; warmUp(): void }
    now: () => number
  },
): void {
  let probe: { at: number; pending: Promise<readonly string[]> } | null = null

  app.get('/healthz', { exposeHeadRoute: true }, async () => ({ status: 'ok' }))

  app.get('/readyz', { exposeHeadRoute: true }, async (request) => {
    if (app.stopping.aborted) throw unready('stopping')
    try {
      if ((await lookAtStore()).length === 0) return { status: 'ready' }
    } catch (cause) {
      const outage = outageOf(cause)
      request.log.error(
        { err: cause, fault: outage?.fault },
        outage?.message ?? 'the database cannot be written',
      )
      throw unready(outage === null || outage.reason === 'storage' ? 'database' : outage.reason, cause)
    }
    throw unready('migrations')
  })

  async function lookAtStore(): Promise<readonly string[]> {
    const fault = database.lastFault()
    if (fault && fault.at + memory > performance.now()) throw fault.error
    const keyFault = await keyWatch.fault()
    if (keyFault) throw keyFault
    const connectorFault = connectorRunner.fault()
    if (connectorFault) {
      // It may have been mended, and nobody else may ask for a long time.
      connectorRunner.warmUp()
      throw connectorFault
    }
    if (!probe || probe.at + validity <= now()) probe = { at: now(), pending: database.write(probeStore) }
    return probe.pending
  }
}
