import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../../scripts/free-port.mjs'
import type { Finding } from './doctor/finding.ts'
import { openPlace, type TestPlace } from './cli.testing.ts'

/*
 * What keeps a server from starting: it says so in one line that names the place and the setting, ends with 1,
 * and the doctor says the same.
 */

type Env = Record<string, string>
interface Problem {
  readonly name: string
  /** Brings it about; the settings that it takes. */
  arrange(place: TestPlace): Promise<Env>
  readonly sentence: RegExp
  /** Which line of the doctor's says it. */
  readonly check: string
}

let place: TestPlace
const undo: (() => unknown)[] = []
beforeEach(async () => void (place = await openPlace({ BOBBIN_LOG_LEVEL: 'silent' })))
afterEach(async () => {
  for (const task of undo.splice(0)) await task()
  await place.close()
})

const inDevelopment = { BOBBIN_ENCRYPTION_KEYS: '' }
const secretsFile = (name: string, text: string, sentence: RegExp): Problem => ({
  name,
  async arrange({ dataDir }) {
    await writeFile(join(dataDir, 'development-secrets.json'), text)
    return inDevelopment
  },
  sentence,
  check: 'data folder',
})

const problems: Problem[] = [
  {
    name: 'a port that is taken',
    async arrange() {
      const taken = createServer().listen(0, '127.0.0.1')
      await once(taken, 'listening')
      undo.push(() => taken.close())
      const address = taken.address()
      return { PORT: typeof address === 'object' && address ? String(address.port) : '' }
    },
    sentence: /^Port \d+ is taken: end the program that has it, or set PORT to another\.$/,
    check: 'port',
  },
  {
    name: 'a folder that cannot be made',
    async arrange({ dataDir }) {
      await writeFile(join(dataDir, 'a-file'), '')
      return { BOBBIN_DATA_DIR: join(dataDir, 'a-file', 'below') }
    },
    sentence: /^The data folder \S+below cannot be written \(ENOTDIR\): .*set BOBBIN_DATA_DIR to another/,
    check: 'data folder',
  },
  {
    name: 'a folder that cannot be written',
    async arrange({ dataDir, mountDisk }) {
      await mountDisk(dataDir, 'ro,size=64k')
      return {}
    },
    sentence: /^The data folder \S+ cannot be written \(EROFS\): .*set BOBBIN_DATA_DIR to another/,
    check: 'data folder',
  },
  secretsFile(
    'an empty file of secrets',
    '',
    /^The file of secrets \S+development-secrets\.json is empty: restore it from a backup/,
  ),
  secretsFile(
    'a file of secrets that was cut off',
    '{',
    /^The file of secrets \S+development-secrets\.json cannot be read: restore it/,
  ),
  {
    name: 'a file that is no database',
    async arrange({ dataDir }) {
      await writeFile(join(dataDir, 'bobbin.sqlite'), 'this is no database, and long enough'.repeat(40))
      return {}
    },
    sentence: /^\S+bobbin\.sqlite is no database: move it away, or restore a backup\.$/,
    check: 'database',
  },
  {
    name: 'a key with the right id and wrong bytes',
    async arrange({ withCore }) {
      await withCore(({ database, credentials }) =>
        database.write((tx) =>
          credentials.save(tx, { accountId: 1, sourceId: 1, kind: 'form', values: { password: 'p' } }),
        ),
      )
      return { BOBBIN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` }
    },
    sentence:
      /^The key "k1" in BOBBIN_ENCRYPTION_KEYS opens none of the rows .* bytes are wrong\. Set the right/,
    check: 'keys',
  },
]

it.each(problems)('$name', async ({ arrange, sentence, check }) => {
  const env = { PORT: String(await freePort()), ...(await arrange(place)) }
  const { code, stderr } = await place.begin(['start'], env).ended
  expect(stderr.trim()).toMatch(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(1)

  const doctor = await place.bobbin(['doctor', '--offline', '--json'], env)
  const { findings } = JSON.parse(doctor.stdout) as { findings: Finding[] }
  expect(findings).toContainEqual({ check, status: 'fail', message: stderr.trim() })
  expect(doctor.code).toBe(1)
})
