import { afterEach, describe, expect, it } from 'vitest'
import { fingerprintOf } from './host-keys.ts'
import { makeKey } from './keys.testing.ts'
import { startPasswordServer } from './password-server.testing.ts'
import { open, refusal } from './ssh-settings.testing.ts'

type Options = Parameters<typeof startPasswordServer>[0]
type Started = Awaited<ReturnType<typeof startPasswordServer>>

const password = 'a good password'
const servers: Started[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function start(options: Partial<Options> = {}): Promise<Started & { hostKey: string }> {
  const { privateKey, publicKey } = await makeKey()
  const server = await startPasswordServer({ hostKey: privateKey, password, ...options })
  servers.push(server)
  return { ...server, hostKey: publicKey }
}

describe('a password', () => {
  it.each(['password', 'keyboard-interactive'] as const)(
    'is given where it is asked for as %s',
    async (asks) => {
      const { port, hostKey, told } = await start({ asks })
      const { ssh } = await open({ port, hostKey, password })
      await ssh.close()
      expect(told).toEqual([password])
    },
  )

  it.each(['password', 'keyboard-interactive'] as const)(
    'that is wrong is told, asked for as %s',
    async (asks) => {
      const { port, hostKey } = await start({ asks })
      expect(await refusal({ port, hostKey, password: 'a wrong one' })).toMatchObject({
        code: 'CredentialsRejected',
        field: 'password',
      })
    },
  )

  it('is wanted where a key alone was given', async () => {
    const { port, hostKey } = await start()
    const { privateKey } = await makeKey()
    expect(await refusal({ port, hostKey, privateKey })).toMatchObject({
      code: 'CredentialsRejected',
      field: 'password',
    })
  })

  it('is not sent to a server that nobody knows', async () => {
    const { port, told, attempts } = await start()
    expect(await refusal({ port, password })).toMatchObject({ code: 'HostKeyUnverified', field: 'host_key' })
    expect([told, attempts]).toEqual([[], []])
  })

  it('is not sent to a server that shows another key than before', async () => {
    const first = await start()
    const second = await start()
    for (const hostKey of [first.hostKey, fingerprintOf(blobOf(first.hostKey))]) {
      expect(await refusal({ port: second.port, hostKey, password })).toMatchObject({
        code: 'HostKeyUnverified',
        field: 'host_key',
      })
    }
    expect([second.told, second.attempts]).toEqual([[], []])
  })

  it('is not sent to a server that shows the right key and has not got it', async () => {
    const { publicKey } = await makeKey()
    const thief = await start({ hostKey: forged(await makeKey(), publicKey) })
    expect(await refusal({ port: thief.port, hostKey: publicKey, password })).toMatchObject({
      code: 'HostKeyUnverified',
      field: 'host_key',
    })
    expect([thief.told, thief.attempts]).toEqual([[], []])
  })

  it('that has expired is told as such', async () => {
    const { port, hostKey } = await start({
      onPassword: (attempt) => attempt.requestChange('Choose a new one', () => {}),
    })
    expect(await refusal({ port, hostKey, password })).toMatchObject({
      code: 'CredentialsRejected',
      field: 'password',
      detail: expect.stringContaining('expired'),
    })
  })

  it('that is never judged ends with the time for it, or with an abort', async () => {
    const { port, hostKey } = await start({ onPassword: () => {} })
    expect(await refusal({ port, hostKey, password, connectTimeout: 1_000 })).toMatchObject({
      code: 'ConnectionTimeout',
      detail: expect.stringContaining('sign-in'),
    })
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 300)
    expect(await refusal({ port, hostKey, password }, { signal: abort.signal })).toBe(reason)
  })
})

describe('a server that hangs up', () => {
  it('during the sign-in is told by that', async () => {
    const { port, hostKey } = await start({ onPassword: (_, connection) => connection.end() })
    expect(await refusal({ port, hostKey, password })).toMatchObject({
      code: 'SignInRefused',
      field: 'username',
    })
  })
})

const blobOf = (publicKey: string) => Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')

/** A key that says that it is another, whose public half is all that a thief has. */
function forged(own: Awaited<ReturnType<typeof makeKey>>, other: string): string {
  const [first = '', ...lines] = own.privateKey.trim().split('\n')
  const last = lines.pop() ?? ''
  // Of ED25519 the public half is 32 bytes, at the end of what is public.
  const [ownHalf, otherHalf] = [own.publicKey, other].map((key) =>
    blobOf(key).subarray(-32).toString('latin1'),
  )
  const inner = Buffer.from(lines.join(''), 'base64').toString('latin1')
  const changed = Buffer.from(
    inner.replaceAll(ownHalf ?? '', () => otherHalf ?? ''),
    'latin1',
  ).toString('base64')
  return [first, ...(changed.match(/.{1,70}/g) ?? []), last, ''].join('\n')
}
