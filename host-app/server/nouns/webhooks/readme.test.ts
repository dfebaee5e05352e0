import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { bundleProcesses } from '../../../../scripts/bundle-processes.mjs'
import { freePort } from '../../../../scripts/free-port.mjs'
import { startReceiver } from '../../testing/receiver.testing.ts'

const readme = fileURLToPath(new URL('../../../../README.md', import.meta.url))
const partner = {
  BOBBIN_PARTNER_ID: 'acme',
  BOBBIN_PARTNER_SECRET: 'a partner secret of a good length',
}

/** Runs them as a person does who pastes them. */
async function runLines(script: string, env: Record<string, string>) {
  const shell = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(shell, 'exit')
  const [output, problems] = await Promise.all([text(shell.stdout), text(shell.stderr)])
  const [code] = (await ended) as [number | null]
  return { output, problems, code }
}

it('the lines of the README lead from nothing to a signed webhook', async () => {
  const section = /<!-- signed-webhook -->\s*```sh\n([\s\S]*?)```/.exec(await readFile(readme, 'utf8'))
  const script = section?.[1] ?? ''
  expect(script.trim().split('\n').length).toBeLessThanOrEqual(10)

  const dataDir = await mkdtemp(join(tmpdir(), 'bobbin-readme-'))
  const receiver = await startReceiver()
  const port = await freePort()
  const { main } = await bundleProcesses()
  const { NODE_COMPILE_CACHE = '' } = process.env
  const server = spawn(process.execPath, [main], {
    env: {
      ...partner,
      NODE_COMPILE_CACHE,
      PORT: String(port),
      BOBBIN_DATA_DIR: dataDir,
      BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
      BOBBIN_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  try {
    let said = ''
    server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = once(server, 'exit').then(() => ['exit'])
    while (!said.includes('Bobbin is at')) {
      const [word] = await Promise.race([once(server.stderr, 'data'), ended])
      if (word === 'exit') throw new Error(said)
    }
    const run = (env: Record<string, string> = {}) =>
      runLines(script, {
        PATH: process.env['PATH'] ?? '',
        ...partner,
        BOBBIN_URL: `http://127.0.0.1:${port}`,
        RECEIVER: receiver.url,
        ...env,
      })
    const { output, code } = await run()
    expect(code).toBe(0)
    const secret = /Verify with (whsec_\S+)/.exec(output)?.[1] ?? ''
    expect(output).toContain('"type":"source.created"')

    const received = await receiver.count(3)
    for (const message of received) expect(message.verify(secret)).toEqual(message.event)
    const types = received.map(({ event }) => event.type)
    expect(types.toSorted()).toEqual(['source.configured', 'source.created', 'webhook.test'])

    // Once more, as people do.
    expect(await run()).toMatchObject({ code: 0, output: expect.stringContaining('Verify with whsec_') })
    // And what goes wrong is said, and nothing after it is tried.
    const wrong = await run({ BOBBIN_PARTNER_SECRET: 'another secret of a good length' })
    expect(wrong).toMatchObject({ code: 1, output: '', problems: expect.stringContaining('"AccessDenied"') })
    const noWebhook = await run({ RECEIVER: 'ftp://127.0.0.1/hook' })
    expect(noWebhook).toMatchObject({ code: 1, problems: expect.stringContaining('/v4/webhooks: {"error"') })
    expect(noWebhook.output).not.toContain('Verify with')
    const nobody = await run({ BOBBIN_URL: 'http://127.0.0.1:9' })
    expect(nobody).toMatchObject({ code: 1, output: '', problems: expect.stringMatching(/curl: \(7\)/) })
  } finally {
    const gone = once(server, 'exit')
    server.kill('SIGTERM')
    await gone
    await receiver.close()
    await rm(dataDir, { recursive: true })
  }
})
