import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Environment } from './config.ts'
import { OperatorError } from './ground/operator-error.ts'
import { explainFolder, makeDataFolder } from './store/data-folder.ts'
import { createWhole } from './store/whole-file.ts'

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
  await makeDataFolder(folder)
  const secrets = {
    BOBBIN_ENCRYPTION_KEYS: `dev:${randomBytes(32).toString('base64')}`,
    BOBBIN_PARTNER_ID: 'development',
    BOBBIN_PARTNER_SECRET: randomBytes(32).toString('base64url'),
  }
  const isNew = await explainFolder(folder, () => createWhole(file, `${JSON.stringify(secrets, null, 2)}\n`))
  return isNew ? { secrets, isNew } : { secrets: parseSecrets(file, await readFile(file, 'utf8')), isNew }
}

/** Never made anew: what is sealed in the store would be lost with the key. */
function parseSecrets(file: string, text: string): z.infer<typeof storedSecrets> {
  try {
    return storedSecrets.parse(JSON.parse(text))
  } catch (cause) {
    const what = text.trim() === '' ? 'is empty' : 'cannot be read'
    const advice = 'restore it from a backup, or move it and the store beside it away'
    throw new OperatorError(`The file of secrets ${file} ${what}: ${advice}.`, { cause })
  }
}
