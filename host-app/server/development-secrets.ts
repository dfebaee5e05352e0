import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Environment } from './config.ts'

const secretNames = ['BOBBIN_ENCRYPTION_KEYS', 'BOBBIN_PARTNER_ID', 'BOBBIN_PARTNER_SECRET'] as const

const storedSecrets = z.object({
  BOBBIN_ENCRYPTION_KEYS: z.string(),
  BOBBIN_PARTNER_ID: z.string(),
  BOBBIN_PARTNER_SECRET: z.string(),
})

export interface DevelopmentEnvironment {
  readonly env: Environment
  /** The file, when it was made just now: what is in it should be shown once. */
  readonly created: CreatedSecrets | null
}

export interface CreatedSecrets {
  readonly file: string
  readonly partner: { readonly id: string; readonly secret: string }
}

/** What was made, for the terminal, the one time. */
export function secretsText({ file, partner }: CreatedSecrets): string {
  return [
    `Secrets for development were made in ${file}; they are shown this once.`,
    `  partner id      ${partner.id}`,
    `  partner secret  ${partner.secret}`,
  ].join('\n')
}

/**
 * The environment with the secrets that a development machine lacks: made once, kept in the data folder,
 * readable by its owner only. In production the environment comes back as it is, and `readConfig`
 * refuses what is missing.
 */
export async function withDevelopmentSecrets(env: Environment): Promise<DevelopmentEnvironment> {
  const isComplete = secretNames.every((name) => Boolean(env[name]))
  if (env['NODE_ENV'] === 'production' || isComplete) return { env, created: null }
  const folder = env['BOBBIN_DATA_DIR'] || 'data'
  const file = join(folder, 'development-secrets.json')
  const { secrets, isNew } = await readOrCreate(folder, file)
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  // Id and secret of the partner belong together: one of them from outside rules the file out.
  const hasPartner = Boolean(given['BOBBIN_PARTNER_ID'] ?? given['BOBBIN_PARTNER_SECRET'])
  const { BOBBIN_ENCRYPTION_KEYS, ...partner } = secrets
  const partnerShown = { id: partner.BOBBIN_PARTNER_ID, secret: partner.BOBBIN_PARTNER_SECRET }
  return {
    env: { BOBBIN_ENCRYPTION_KEYS, ...(hasPartner ? {} : partner), ...given },
    created: isNew && !hasPartner ? { file, partner: partnerShown } : null,
  }
}

async function readOrCreate(folder: string, file: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const secrets = {
    BOBBIN_ENCRYPTION_KEYS: `dev:${randomBytes(32).toString('base64')}`,
    BOBBIN_PARTNER_ID: 'development',
    BOBBIN_PARTNER_SECRET: randomBytes(32).toString('base64url'),
  }
  try {
    // `wx`: of two processes that start at once, one writes and the other reads.
    await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    return { secrets, isNew: true }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return { secrets: storedSecrets.parse(JSON.parse(await readFile(file, 'utf8'))), isNew: false }
  }
}
