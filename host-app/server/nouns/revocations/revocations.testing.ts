import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { createMetrics } from '../../ground/metrics.ts'
import { accountId, openWorld, plainProvider, slug } from '../oauth/oauth-world.testing.ts'
import { createSources } from '../sources/sources.ts'
import { createRevocationWorker } from './revocation-worker.ts'
import { createAttemptRevocation, createRunRevocation } from './run-revocation.ts'

export { accountId, slug }

export type RevocationWorld = Awaited<ReturnType<typeof openRevocations>>

/** A provider at this origin that can be told that a grant is over. */
export const revoking = (
  origin: string,
  more: Partial<NonNullable<OAuthProvider['revocation']>> = {},
  provider: Partial<OAuthProvider> = {},
) => plainProvider(origin, { revocation: { endpoint: `${origin}/revoke`, ...more }, ...provider })

/** For tests: the world of authorization with sources that can be deleted, and the worker, not started yet. */
export async function openRevocations(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld(options)
  const { base, providers, database } = world
  const sources = createSources(base)
  const workers = new Set<ReturnType<typeof createRevocationWorker>>()

  /** As another process would have it, too. */
  function createWorker({ ownsStore = true, grace = 100 } = {}) {
    const attempt = createAttemptRevocation({ ...base, providers })
    const run = createRunRevocation({ ...base, attempt, metrics: createMetrics() })
    const worker = createRevocationWorker({ ...base, run, ownsStore, grace })
    workers.add(worker)
    return worker
  }

  return {
    ...world,
    sources,
    createWorker,
    /** Begins to work. */
    work: () => createWorker().start(),
    /** Another source of the same type, connected as this account of the provider. */
    async addSource(externalAccount: string | null, owner = accountId): Promise<number> {
      return database.write(async (tx) => {
        const type = (await sources.find(accountId, world.sourceId, tx))?.type ?? ''
        const { id } = await sources.create(
          tx,
          owner,
          { type, display_name: `Other ${externalAccount} ${owner}`, properties: {} },
          { mustBeComplete: false, uniqueName: false },
        )
        await tx.db
          .updateTable('source')
          .set({ external_account: externalAccount })
          .where('id', '=', id)
          .execute()
        const values = { access_token: `at of ${id}`, refresh_token: `rt of ${id}` }
        await base.credentials.save(tx, { accountId: owner, sourceId: id, kind: 'oauth', values })
        return id
      })
    },
    remove: (id = world.sourceId, owner = accountId) =>
      database.write((tx) => sources.softDelete(tx, owner, id)),
    rows: () => database.read.selectFrom('given_up_grant').selectAll().orderBy('id').execute(),
    /** What the account was told of grants that it gave up. */
    async told(owner = accountId) {
      const events = await base.events.read(`account:${owner}`, 0)
      return events.flatMap(({ type, data }) => (type === 'credentials.disconnected' ? [data] : []))
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.stop()))
      await world.close()
    },
  }
}
