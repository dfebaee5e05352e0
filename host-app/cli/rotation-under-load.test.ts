import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { person, partner } from '../server/testing/app.testing.ts'
import { shop } from '../server/testing/shop.testing.ts'
import { createCredentialStore } from '../server/nouns/credentials/credential-store.ts'
import { createKeyRing } from '../server/nouns/credentials/seal.ts'
import { openPlace, type TestPlace } from './cli.testing.ts'

const newKey = { id: 'new', key: randomBytes(32) }
const oldKey = { id: 'old', key: randomBytes(32) }
const settingOf = (...keys: (typeof newKey)[]) => ({
  BOBBIN_ENCRYPTION_KEYS: keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(','),
})

const many = 600
/** Sources that are written to while the keys are rotated. */
const busy = 60

let place: TestPlace
beforeEach(async () => {
  place = await openPlace({
    BOBBIN_RATE_LIMIT_TOKEN: '10000000',
    BOBBIN_RATE_LIMIT_ACCOUNT: '10000000',
    BOBBIN_LOG_LEVEL: 'silent',
  })
})
afterEach(() => place.close())

/** Sources with a secret each, every other one sealed with the old key. */
function fill() {
  return place.withCore(
    async ({ accounts, database, sources, now }) => {
      const rings = [createKeyRing([newKey]), createKeyRing([oldKey])]
      const stores = rings.map((ring) => createCredentialStore(database, ring, now))
      return database.write(async (tx) => {
        const { accountId, accessToken } = await accounts.create(tx, { ...person, ...partner })
        const ids: number[] = []
        for (let number = 0; number < many; number += 1) {
          const input = { type: shop.type, display_name: `Shop ${number}`, properties: { tables: '3' } }
          const { id } = await sources.create(tx, accountId, input, {
            mustBeComplete: false,
            uniqueName: false,
          })
          const values = { password: `first-${id}` }
          await stores[number % 2]!.save(tx, { accountId, sourceId: id, kind: 'form', values })
          ids.push(id)
        }
        return { ids, accessToken }
      })
    },
    settingOf(newKey, oldKey),
  )
}

it('loses nothing while servers write and the rotation is killed in the middle', async () => {
  const { ids, accessToken } = await fill()
  const expected = new Map(ids.map((id) => [id, `first-${id}`]))
  const server = await place.serve(settingOf(newKey, oldKey))
  const call = (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    })

  const over = new AbortController()
  let writes = 0
  /** Saves one secret after the other, and remembers what the server has acknowledged. */
  async function keepWriting(first: number): Promise<void> {
    for (let at = first; !over.signal.aborted; at = (at + 2) % busy) {
      const id = ids[at]!
      const password = randomBytes(8).toString('hex')
      const body = JSON.stringify({ properties: { password } })
      const reply = await call(`${server.url}/v4/sources/${id}`, { method: 'PUT', body })
      if (reply.status !== 200) throw new Error(`${reply.status} ${await reply.text()}`)
      expected.set(id, password)
      writes += 1
    }
  }
  const writers = Promise.all([0, 1].map(keepWriting))

  const env = settingOf(newKey, oldKey)
  const first = place.begin(['keys', 'rotate'], env)
  await place.withCore(async ({ database }) => {
    const underOld = async () => {
      const { count } = await database.read
        .selectFrom('credential')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('sealed', 'like', 'v1:old:%')
        .executeTakeFirstOrThrow()
      return Number(count)
    }
    while ((await underOld()) > many / 4) await delay(5)
    first.child.kill('SIGKILL')
    await first.ended
    expect(await underOld()).toBeGreaterThan(0)
  }, env)
  const before = writes

  const second = await place.begin(['keys', 'rotate', '--json'], env).ended
  expect(second).toMatchObject({ code: 0 })
  expect(JSON.parse(second.stdout)).toMatchObject({ key: 'new', unopenedCount: 0, isComplete: true })
  expect(writes).toBeGreaterThan(before)
  over.abort()
  await writers
  await server.stop()

  expect(await place.bobbinJson(['keys', 'list'], env)).toMatchObject([
    { id: 'new', role: 'seals' },
    { id: 'old', role: 'opens', rows: 0 },
  ])
  const alone = await place.serve(settingOf(newKey))
  const found = new Map<number, unknown>()
  for (const id of ids) {
    const config = (await (await call(`${alone.url}/v4/sources/${id}/config`)).json()) as {
      password?: unknown
    }
    found.set(id, config.password)
  }
  expect(found).toEqual(expected)
  await alone.stop()
})
