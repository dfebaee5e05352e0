import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { replaceWhole } from '../../server/store/whole-file.ts'
import { BobbinRefusal, type BobbinApi } from './bobbin-api.ts'

const stored = z.object({ access_token: z.string() })

/**
 * The access token of the one account that this sample app works for. It is kept in `file`, so that the
 * account and its sources are still there after a restart; made anew when Bobbin no longer knows it.
 */
export async function openAccount(api: BobbinApi, file: string): Promise<string> {
  const known = await readToken(file)
  if (known !== null && (await isAccepted(api, known))) return known
  const accessToken = await api.createAccount({
    company: 'Smith & Sons',
    // Of a new account every time: an address that was used once stays taken.
    email: `anna+${randomBytes(6).toString('hex')}@smith.example`,
    first_name: 'Anna',
    last_name: 'Smith',
  })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await replaceWhole(file, JSON.stringify({ access_token: accessToken }))
  return accessToken
}

async function readToken(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? null : stored.parse(JSON.parse(text)).access_token
}

async function isAccepted(api: BobbinApi, accessToken: string): Promise<boolean> {
  try {
    await api.get(accessToken, '/v4/account')
    return true
  } catch (error) {
    if (error instanceof BobbinRefusal && error.status === 401) return false
    throw error
  }
}
