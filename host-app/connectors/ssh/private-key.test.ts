import { describe, expect, it } from 'vitest'
import { ConnectorError } from '../connector.ts'
import { makeKey } from './keys.testing.ts'
import { readPrivateKey } from './private-key.ts'
import { fields } from './ssh-settings.testing.ts'

const passphrase = 'open sesame'
const read = (privateKey: string, words: string | null = null) =>
  readPrivateKey({ privateKey, passphrase: words, fields })

async function fault(privateKey: string, words: string | null = null): Promise<ConnectorError> {
  const error = await read(privateKey, words).catch((refused: unknown) => refused)
  if (!(error instanceof ConnectorError)) throw new Error('The key was read.')
  return error
}

describe('a private key', () => {
  const forms = [
    { type: 'ed25519' },
    { type: 'ecdsa' },
    { type: 'rsa' },
    { type: 'ecdsa', format: 'PEM' },
    { type: 'rsa', format: 'PEM' },
    { type: 'ecdsa', format: 'PKCS8' },
    { type: 'rsa', format: 'PKCS8' },
  ] as const

  it.each(forms)('can be of the form %j, encrypted or not', async (form) => {
    const [plain, locked] = await Promise.all([makeKey(form), makeKey({ ...form, passphrase })])
    for (const [{ privateKey, publicKey }, words] of [
      [plain, null],
      [locked, passphrase],
    ] as const) {
      const key = await read(privateKey, words)
      expect(key?.getPublicSSH().toString('base64')).toBe(publicKey.split(' ')[1])
    }
    expect((await read(plain.privateKey, 'a passphrase that it does not need'))?.isPrivateKey()).toBe(true)
    expect(await fault(locked.privateKey)).toMatchObject({ code: 'SettingUnusable', field: 'passphrase' })
    const wrong = await fault(locked.privateKey, 'a wrong one')
    expect(wrong).toMatchObject({ code: 'SettingUnusable', field: 'passphrase', cause: undefined })
  })

  it.each([
    ['blanks', ' '],
    ['nothing', ''],
    ['a backslash and an n', '\\n'],
    ['what Windows writes', '\r\n'],
  ])('may have lost its line breaks to %s', async (_, change) => {
    const { privateKey } = await makeKey()
    expect((await read(privateKey.replaceAll('\n', change)))?.isPrivateKey()).toBe(true)
  })

  it('that cannot be read is told as such', async () => {
    const { privateKey, publicKey } = await makeKey()
    const broken = privateKey.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
    for (const text of ['nothing of the kind', broken, privateKey.slice(0, 100)]) {
      expect(await fault(text)).toMatchObject({
        code: 'SettingUnusable',
        field: 'private_key',
        cause: undefined,
      })
    }
    expect((await fault(publicKey)).detail).toMatch(/public key/)
  })
})
