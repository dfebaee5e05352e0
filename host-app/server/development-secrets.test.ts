import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { withDevelopmentSecrets } from './development-secrets.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-secrets-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('makes the secrets once, readable by their owner only', async () => {
  const first = await withDevelopmentSecrets({ BOBBIN_DATA_DIR: folder })
  const second = await withDevelopmentSecrets({ BOBBIN_DATA_DIR: folder })
  expect(first.created?.partner.secret).toBe(readConfig(first.env).partner?.secret)
  expect(second.created).toBeNull()
  expect(second.env).toEqual(first.env)
  const { mode } = await stat(join(folder, 'development-secrets.json'))
  expect(mode & 0o777).toBe(0o600)
})

it('leaves what the environment has', async () => {
  const own = { BOBBIN_PARTNER_ID: 'me', BOBBIN_PARTNER_SECRET: 'my own long secret' }
  const { env, created } = await withDevelopmentSecrets({ BOBBIN_DATA_DIR: folder, ...own })
  expect(env).toMatchObject(own)
  expect(env['BOBBIN_ENCRYPTION_KEYS']).toBeDefined()
  expect(created).toBeNull()
})

it('makes nothing in production', async () => {
  const given = { BOBBIN_DATA_DIR: folder, NODE_ENV: 'production' }
  expect(await withDevelopmentSecrets(given)).toEqual({ env: given, created: null })
  await expect(stat(join(folder, 'development-secrets.json'))).rejects.toThrow('ENOENT')
})
