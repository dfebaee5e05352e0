import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Timings } from '@bobbin/shared/timings'
import type { Connector } from '../../connectors/connector.ts'
import { registryOf } from '../../connectors/registry.ts'
import type { ConnectorRunner } from '../edges/connector-process/connector-runner.ts'
import { runInThisProcess } from './in-process.testing.ts'
import { createCredentialStore } from '../nouns/credentials/credential-store.ts'
import { createKeyRing } from '../nouns/credentials/seal.ts'
import { createEventLog } from '../nouns/events/event-log.ts'
import { createOutbound } from '../edges/outbound/outbound.ts'
import { keepConfigured } from '../nouns/sources/configured.ts'
import { createSourceFacts } from '../nouns/sources/source-facts.ts'
import { createSources } from '../nouns/sources/sources.ts'
import type { OAuth } from '../nouns/oauth/oauth.ts'
import type { Database } from '../store/database.ts'
import { openTestStore } from './store.testing.ts'
import { createStreams, selections } from '../nouns/streams/streams.ts'
import { createAskConnector } from '../nouns/checks/ask-connector.ts'
import { createCheckRunner, type CheckRunner, type CheckRunnerOptions } from '../nouns/checks/check-runner.ts'
import { createRunCheck } from '../nouns/checks/run-check.ts'
import { createChecks } from '../nouns/checks/checks.ts'
import { checkTopic } from '../nouns/checks/check-job.ts'

export interface TestPartsOptions {
  connectors: Connector[]
  /** An existing database; a temporary one otherwise. */
  file?: string
  /** 32 bytes; random otherwise. */
  key?: Uint8Array
  timings?: Partial<Pick<Timings, 'lease' | 'checkSilence' | 'checkTotal' | 'recheck'>>
  now?: () => number
  freshGrant?: OAuth['freshGrant']
  /** Runs the connectors; in this process otherwise. */
  connectorRunner?: ConnectorRunner
  /** Lines that the server would log. */
  logged?: string[]
}

export type TestParts = Awaited<ReturnType<typeof createTestParts>>

/** Sources, checks and streams on a real store, with real credentials and these connectors; two accounts. */
export async function createTestParts(options: TestPartsOptions) {
  const folder = options.file ? null : await mkdtemp(join(tmpdir(), 'bobbin-parts-'))
  const file = options.file ?? join(folder ?? '', 'test.sqlite')
  const database = await openTestStore(file)
  const now = options.now ?? Date.now
  const registry = registryOf(options.connectors)
  const events = createEventLog(database, now)
  const keyRing = createKeyRing([{ id: 'test', key: options.key ?? randomBytes(32) }])
  const credentials = createCredentialStore(database, keyRing, now)
  const facts = createSourceFacts({ database, registry, credentials, selections })
  const base = { database, registry, credentials, selections, facts, events, now }
  keepConfigured(base)
  const log = pino({ level: 'info' }, { write: (line: string) => void options.logged?.push(line) })
  const timings = {
    lease: 15_000,
    checkSilence: 60_000,
    checkTotal: 300_000,
    recheck: 60_000,
    ...options.timings,
  }
  const askConnector = createAskConnector({
    ...base,
    oauth: { freshGrant: options.freshGrant ?? (() => Promise.resolve(null)) },
    connectorRunner:
      options.connectorRunner ?? runInThisProcess(registry, createOutbound({ allowPrivateNetworks: true })),
    log,
  })
  /** As another process of the server would have it. */
  const createRunner = (
    given: Partial<Pick<CheckRunnerOptions, 'database' | 'slots' | 'ownsStore'>> = {},
  ): CheckRunner => {
    const own = { ...base, ...given }
    return createCheckRunner({
      ...own,
      runCheck: createRunCheck({ ...own, askConnector, timings, log }),
      lease: timings.lease,
      slots: { atOnce: 8, perAccount: 3 },
      log,
      ...given,
    })
  }
  const checkRunner = createRunner()
  const parts = {
    ...base,
    file,
    timings,
    createRunner,
    checkRunner,
    sources: createSources(base),
    streams: createStreams(base),
    checks: createChecks({ ...base, checkRunner }),
  }
  if (folder) for (const email of ['anna@acme.test', 'otto@other.test']) await addAccount(database, email)

  return {
    ...parts,
    accountId: 1,
    otherAccountId: 2,
    addSource: (type: string, properties: Record<string, string> = {}, display_name = type, accountId = 1) =>
      database.write((tx) =>
        parts.sources.create(
          tx,
          accountId,
          { type, display_name, properties },
          { mustBeComplete: true, uniqueName: true },
        ),
      ),
    addAccount: (email: string) => addAccount(database, email),
    startCheck: (sourceId: number, accountId = 1) =>
      database.write((tx) => parts.checks.start(tx, accountId, sourceId)),
    /** Resolves with the check once it has ended. */
    async finished(name: string, accountId = 1) {
      for await (const event of events.follow(checkTopic(name), 0, AbortSignal.timeout(60_000))) {
        if (event.type === 'finished') return parts.checks.find(accountId, name)
      }
      throw new Error('The check did not end.')
    },
    async close() {
      await checkRunner.stop()
      await database.close()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

function addAccount(database: Database, email: string): Promise<number> {
  return database.write(async ({ db }) => {
    const { id } = await db
      .insertInto('account')
      .values({
        company: 'Acme',
        email,
        first_name: 'Anna',
        last_name: 'Ax',
        allowed_origins: '[]',
        created_at: 1,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })
}
