import { createPrivateKey } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import { pemBlocks } from '@bobbin/shared/pem'
import { ConnectorError } from '../connector.ts'
import { loadDriver } from './driver.ts'
import type { SshSettings } from './ssh-settings.ts'

type Settings = Pick<SshSettings, 'privateKey' | 'passphrase' | 'fields'>

/** The key that was given; null where none was. Throws `ConnectorError` SettingUnusable, which holds nothing of it. */
export async function readPrivateKey(settings: Settings): Promise<ParsedKey | null> {
  const { privateKey: text, passphrase, fields } = settings
  if (text === null) return null
  const { utils } = await loadDriver()
  const block = pemBlocks(text).find((one) => one.includes('PRIVATE KEY-----')) ?? text.trim()
  const given = /^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(block) ? fromPkcs8(block, settings) : block
  const parse = (words?: string) => {
    // The driver throws for some keys that are broken, and returns an error for others.
    try {
      const parsed = utils.parseKey(given, words)
      return Array.isArray(parsed) ? (parsed[0] ?? new Error('no key')) : parsed
    } catch {
      return new Error('broken')
    }
  }
  const plain = parse()
  const isEncrypted = plain instanceof Error && /passphrase/i.test(plain.message)
  if (isEncrypted && passphrase === null) throw locked(fields.passphrase)
  const key = isEncrypted ? parse(passphrase ?? '') : plain
  if (key instanceof Error) throw isEncrypted ? wrongPassphrase(fields) : unreadable(fields)
  if (key.isPrivateKey()) return key
  throw unusable(fields.privateKey, 'This is a public key: the private one is needed.')
}

/** The driver does not know PKCS #8, only the forms from before. */
function fromPkcs8(block: string, { passphrase, fields }: Settings): string {
  const isEncrypted = block.includes('ENCRYPTED')
  if (isEncrypted && passphrase === null) throw locked(fields.passphrase)
  try {
    const key = createPrivateKey({ key: block, ...(passphrase !== null && { passphrase }) })
    const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'
    return key.export({ type, format: 'pem' }).toString()
  } catch {
    // Without the cause, which might tell of the key.
    throw isEncrypted ? wrongPassphrase(fields) : unreadable(fields)
  }
}

const locked = (field: string) => unusable(field, 'It is encrypted: enter its passphrase.')

const wrongPassphrase = ({ passphrase }: Settings['fields']) =>
  unusable(passphrase, 'It cannot be read with this passphrase.')

const unreadable = ({ privateKey }: Settings['fields']) =>
  unusable(
    privateKey,
    'It cannot be read. The whole file is needed, from its first line to its last, as `ssh-keygen` writes it.',
  )

function unusable(field: string, detail: string): ConnectorError {
  return new ConnectorError('SettingUnusable', { field, detail })
}
