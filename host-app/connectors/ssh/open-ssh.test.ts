import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSshd, type SshServer } from '../../../scripts/ssh-server.mjs'
import { ConnectorError } from '../connector.ts'
import { open, refusal } from './ssh-settings.testing.ts'

let server: SshServer
const started: SshServer[] = []

beforeAll(async () => {
  server = await start()
})
afterAll(() => Promise.all(started.map((one) => one.stop())))

async function start(options?: Parameters<typeof startSshd>[0]): Promise<SshServer> {
  const one = await startSshd(options)
  started.push(one)
  return one
}

const at = ({ port, user, privateKey }: SshServer = server) => ({ port, user, privateKey })
const keyOf = (kind: string, of = server) => of.hostKeys[kind] ?? { publicKey: '', fingerprint: '' }

describe('a connection to OpenSSH', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'])('is made where its key of the kind %s is known', async (kind) => {
    const { fingerprint, publicKey } = keyOf(kind)
    for (const hostKey of [fingerprint, `[127.0.0.1]:${server.port} ${publicKey}`]) {
      const { ssh, phases } = await open({ ...at(), hostKey })
      expect(phases.at(-1)).toBe('signing_in')
      await ssh.close()
    }
  })

  it('says the key that is shown, and is made once that is entered', async () => {
    const { privateKey } = server
    const error = await refusal({ ...at(), privateKey })
    expect(error).toMatchObject({ code: 'HostKeyUnverified', field: 'host_key' })
    const detail = error instanceof ConnectorError ? String(error.detail) : ''
    expect(detail).toContain(keyOf('ed25519').fingerprint)
    const [hostKey = ''] = /SHA256:\S+/.exec(detail) ?? []
    expect(await refusal({ ...at(), hostKey })).toBeNull()
  })

  it('is not made to another server than the one that is known', async () => {
    const other = await start()
    const { fingerprint: hostKey, publicKey } = keyOf('rsa')
    for (const known of [hostKey, publicKey]) {
      const error = await refusal({ ...at(other), hostKey: known })
      expect(error).toMatchObject({ code: 'HostKeyUnverified', field: 'host_key' })
    }
    expect(other.log()).not.toMatch(/publickey|Failed|Accepted/)
  })

  it('tells that it has no key of the kind that is known', async () => {
    const bare = await start({ hostKeys: ['ecdsa'] })
    expect(await refusal({ ...at(bare), hostKey: keyOf('ed25519').publicKey })).toMatchObject({
      code: 'EncryptionNotSupported',
    })
    expect(await refusal({ ...at(bare), hostKey: keyOf('ed25519').fingerprint })).toMatchObject({
      code: 'HostKeyUnverified',
      detail: expect.stringContaining(keyOf('ecdsa', bare).fingerprint),
    })
  })

  it('is not made by what is too old to be safe', async () => {
    const tooOld: Record<string, string>[] = [
      { HostKeyAlgorithms: 'ssh-rsa' },
      { KexAlgorithms: 'diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha256' },
      { Ciphers: 'aes128-cbc,3des-cbc' },
      { Ciphers: 'aes128-ctr', MACs: 'hmac-sha1,hmac-md5' },
    ]
    for (const settings of tooOld) {
      const old = await start({ settings })
      const error = await refusal({ ...at(old), hostKey: keyOf('rsa', old).fingerprint })
      expect([settings, error]).toMatchObject([settings, { code: 'EncryptionNotSupported' }])
    }
  })

  it('tells a key that is refused, also where the server counts failures', async () => {
    const strict = await start({ settings: { MaxAuthTries: 1 } })
    const hostKey = keyOf('ed25519', strict).fingerprint
    const { privateKey } = server
    for (const password of [null, 'a password']) {
      expect(await refusal({ ...at(strict), hostKey, privateKey, password })).toMatchObject({
        code: 'CredentialsRejected',
        field: 'private_key',
      })
    }
  })

  it('tells that a key alone is not enough', async () => {
    const settings = { PasswordAuthentication: 'yes', AuthenticationMethods: 'publickey,password' }
    const twofold = await start({ settings })
    const hostKey = keyOf('ed25519', twofold).fingerprint
    expect(await refusal({ ...at(twofold), hostKey })).toMatchObject({
      code: 'AuthenticationNotSupported',
      field: 'username',
    })
  })

  it('is lost when the server goes', async () => {
    const { ssh } = await open({ ...at(), hostKey: keyOf('ed25519').fingerprint })
    const never = new Promise<never>(() => {})
    const waiting = ssh.run((client) => {
      client.destroy()
      return never
    })
    await expect(waiting).rejects.toMatchObject({ code: 'ConnectionLost' })
    await expect(ssh.run(() => never)).rejects.toMatchObject({ code: 'ConnectionLost' })
    await ssh.close()
  })

  it('ends when it is aborted, or when the server is silent for too long', async () => {
    const never = new Promise<never>(() => {})
    const hostKey = keyOf('ed25519').fingerprint
    const abort = new AbortController()
    const reason = new Error('enough')
    const { ssh } = await open({ ...at(), hostKey }, { signal: abort.signal })
    const waiting = ssh.run(() => never)
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await ssh.close()
    const other = await open({ ...at(), hostKey, longestSilence: 50 })
    await expect(other.ssh.run(() => never)).rejects.toMatchObject({ code: 'ConnectionTimeout' })
    await other.ssh.close()
  })
})
