import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { TapFile, TapSetting } from './tap-file.ts'

const program = fileURLToPath(new URL('fixture-tap.testing.ts', import.meta.url))

const setting = (name: string, rest: Partial<TapSetting> = {}): TapSetting => ({
  name,
  in_config: [name],
  kind: 'text',
  title: name,
  ...rest,
})

/** The tap of the tests, as a connector's file has it. */
export const fixtureFile: TapFile = {
  name: 'fixture',
  title: 'Fixture',
  category: 'Other',
  description: 'A tap for tests.',
  command: [process.execPath, program],
  settings: [
    setting('act', { required: true }),
    setting('api_key', { secret: true, required: true }),
    setting('refresh_token', {
      in_config: ['auth', 'refresh_token'],
      secret: true,
      renewed_by_tap: true,
    }),
    setting('region', { in_config: ['region'] }),
    setting('words'),
    setting('path'),
    setting('pid', { kind: 'integer' }),
    setting('page_size', { in_config: ['pageSize'], kind: 'integer' }),
  ],
}

export const fixtureSecrets = { api_key: 'a-key-of-the-tests', refresh_token: 'first-token-1' }
