import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { check as checkSchema } from '@bobbin/shared/check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConnector } from '../../../connectors/load-connector.ts'
import { createTestApp, type TestAccount } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'
import { builtFolder } from '../../edges/connector-process/snapshot.ts'
import { createConnectorProcesses } from '../../edges/connector-process/connector-processes.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'
import type { Services } from '../../services.ts'
import { createTestParts } from '../../testing/parts.testing.ts'

/*
 * What only the operator can mend is nobody's failed check: it waits, as one that is queued, and goes on once it is mended.
 */

let folder: string
let logged: string[]
const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
beforeEach(async () => {
  logged = []
  folder = await mkdtemp(join(tmpdir(), 'bobbin-waiting-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Store = Pick<Services['database'], 'read'>
const jobOf = ({ read }: Store, name: string) =>
  read.selectFrom('check_job').selectAll().where('name', '=', name).executeTakeFirstOrThrow()

/** Resolves when the check was taken up and put off. */
async function putOff(database: Store, name: string): Promise<void> {
  await expect
    .poll(() => jobOf(database, name))
    .toMatchObject({ lease: null, lease_until: expect.any(Number) })
  expect(await jobOf(database, name)).toMatchObject({ phase: 'queued', attempt: 0, deaths: 0, failure: null })
}

const latest = async (account: TestAccount, id: number) =>
  (await account.call('GET', `/v4/sources/${id}/last-connection-check`)).as(checkSchema)

describe.each(['k1', 'k2'])('while the key k1 of its secrets is not there, but another as %s', (keyId) => {
  it('a check waits, and ends well once the key is right', async () => {
    const secret = () => randomBytes(32).toString('base64')
    const right = `k1:${secret()}`
    const start = (keys: string) =>
      createTestApp({ BOBBIN_DATA_DIR: folder, BOBBIN_ENCRYPTION_KEYS: keys }, log)

    const wrong = await start(`${keyId}:${secret()}`)
    // Another process of the same store, which has the right one.
    const other = await start(right)
    await other.services.checkRunner.stop()
    const account = await other.signUp()
    const { id, check_job_name: name } = await createShop(account)
    await putOff(wrong.services.database, name)
    expect(await latest(account, id)).toMatchObject({ status: 'running', phase: 'queued', error: false })
    expect(logged.join('')).toMatch(/"fault":"(wrong|unknown)_key".*a check has to wait: .*k1/)
    await other.close()
    await wrong.close()

    const mended = await start(right)
    expect(await finishedCheck(callsOf(mended, account), id)).toMatchObject({
      status: 'succeeded',
      stream_count: 3,
    })
    await mended.close()
  })
})

const callsOf = (
  { app }: Awaited<ReturnType<typeof createTestApp>>,
  { id, token }: TestAccount,
): TestAccount => ({
  id,
  token,
  async call(method, url) {
    const reply = await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })
    return { status: reply.statusCode, body: reply.json(), as: (schema) => schema.parse(reply.json()) }
  },
})

describe('while the connector processes cannot be started', () => {
  const rough = fileURLToPath(new URL('../../testing/rough-connector.testing.ts', import.meta.url))

  it('a check waits, the log names the build, and it ends well once that is there', async () => {
    const built = join(folder, 'built')
    const connectorRunner = createTestProcesses({ dataDir: folder, built, connectorModules: [rough] })
    const test = await createTestParts({
      connectors: [await loadConnector(rough)],
      connectorRunner,
      timings: { lease: 300 },
      logged,
    })
    test.checkRunner.start()
    const name = await test.startCheck((await test.addSource('platform.rough', { act: 'works' })).id)
    await putOff(test.database, name)
    expect(logged.join('')).toContain('a check has to wait')
    expect(logged.join('')).toContain('Run `npm run build`.')
    expect(connectorRunner.fault()).toMatchObject({ name: 'ConnectorsUnavailable' })

    await cp(builtFolder, built, { recursive: true })
    expect(await test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 3 })
    expect(connectorRunner.fault()).toBeNull()
    await test.close()
    await connectorRunner.close()
  })

  it('the server is not ready, and is again by itself', async () => {
    const test = await createTestApp({ BOBBIN_DATA_DIR: folder }, log, createConnectorProcesses)
    // Where the folder of their snapshot would be.
    await writeFile(join(folder, 'connector-process'), '')
    const account = await test.signUp()
    const { id, check_job_name: name } = await createShop(account)
    await putOff(test.services.database, name)
    const ready = async () => (await test.app.inject('/readyz')).json<{ data?: object; status?: string }>()
    expect(await ready()).toMatchObject({ error: 'Unavailable', data: { reason: 'connectors' } })
    expect(await latest(account, id)).toMatchObject({ phase: 'queued' })

    await rm(join(folder, 'connector-process'))
    await expect.poll(ready).toEqual({ status: 'ready' })
    await test.close()
  })
})

it('what they start from is made anew when it is gone or broken', async () => {
  const runner = createTestProcesses({ dataDir: folder, warm: 0 })
  const listener = { phase() {}, log() {}, unnamed() {}, stream: () => Promise.resolve() }
  const ask = () =>
    runner
      .run(
        { type: 'platform.nobody', calls: 'check', settings: {}, grant: null },
        listener,
        AbortSignal.timeout(60_000),
      )
      .catch((error: Error) => error.name)
  // It runs, and knows no such connector.
  expect(await ask()).toBe('UnexplainedError')
  const snapshots = join(folder, 'connector-process')
  for (const spoil of [
    () => rm(snapshots, { recursive: true }).then(() => mkdir(snapshots)),
    async () => {
      for (const file of await readdir(snapshots))
        await writeFile(join(snapshots, file), 'nothing of the kind')
    },
  ]) {
    await spoil()
    expect(await ask()).toBe('ConnectorsUnavailable')
    expect(await ask()).toBe('UnexplainedError')
  }
  await runner.close()
})
