import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runConnector } from '../connector-contract.testing.ts'
import { makeKey } from '../ssh/keys.testing.ts'
import { sftp } from './connector.ts'
import { openSftp, passphrase, type SftpScene } from './contract.testing.ts'

let scene: SftpScene
beforeAll(async () => {
  scene = await openSftp()
})
afterAll(() => scene?.close())

describe('the session of SFTP', () => {
  it('works with a key that is encrypted', async () => {
    const { privateKey, publicKey } = await makeKey({ passphrase })
    await scene.shop.server.authorize(publicKey)
    expect(
      (await runConnector(sftp, scene.shop.at({ private_key: privateKey, passphrase }))).error,
    ).toBeNull()
  })

  it('ends at once when it is aborted while the server is silent', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    const startedAt = performance.now()
    const run = await runConnector(sftp, scene.shop.at({ port: scene.portOf('silent') }), {
      signal: abort.signal,
    })
    expect(run.error).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
