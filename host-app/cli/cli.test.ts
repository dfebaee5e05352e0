import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person } from '../server/testing/app.testing.ts'
import { shop } from '../server/testing/shop.testing.ts'
import { cliSource, openPlace, type TestPlace } from './cli.testing.ts'

let place: TestPlace
let server: Awaited<ReturnType<TestPlace['serve']>>
let account: { stitch_account_id: number; access_token: string }
let createdSource: { id: number }

const signUp = (email: string) =>
  [
    'accounts',
    'create',
    '--company',
    'Acme',
    '--email',
    email,
    '--first-name',
    'Anna',
    '--last-name',
    'Ax',
  ] as const

function call(
  path: string,
  token: string,
  { headers, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
) {
  const own = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${server.url}${path}`, { ...init, headers: { ...own, ...headers } })
}

beforeAll(async () => {
  place = await openPlace({ BOBBIN_LOG_LEVEL: 'silent' })
  server = await place.serve()
  const created = await place.bobbinJson([...signUp(person.email), '--origin', 'https://app.acme.test'])
  account = created as typeof account
  const source = await call('/v4/sources', account.access_token, {
    method: 'POST',
    body: JSON.stringify(shop),
  })
  createdSource = (await source.json()) as typeof createdSource
})
afterAll(() => place.close())

describe('accounts, beside a running server', () => {
  it('are made with a token that the server knows at once', async () => {
    const reply = await call('/v4/account', account.access_token)
    expect(await reply.json()).toMatchObject({ allowed_origins: ['https://app.acme.test'] })
  })

  it('are listed and shown, without anything secret', async () => {
    const facts = { id: account.stitch_account_id, company: 'Acme', email: person.email, sources: 1 }
    expect(await place.bobbinJson(['accounts', 'list'])).toMatchObject([facts])
    expect(await place.bobbinJson(['accounts', 'show', String(facts.id)])).toMatchObject(facts)
    const { stdout } = await place.bobbin(['accounts', 'list'])
    expect(stdout).toMatch(/^ID +COMPANY +EMAIL/)
    expect(stdout).not.toContain('bob_')
  })

  it('are refused in a sentence: a taken email, no email, no partner', async () => {
    expect(await place.bobbin(signUp(person.email))).toMatchObject({
      code: 1,
      stderr: 'This email address is already associated with an active user.\n',
    })
    expect(await place.bobbin(signUp('nobody'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The account cannot be made: email: /),
    })
    const env = {
      BOBBIN_PARTNER_ID: '',
      BOBBIN_PARTNER_SECRET: '',
      NODE_ENV: 'production',
      BOBBIN_URL: 'https://a.test',
    }
    expect(await place.bobbin(signUp('b@acme.test'), env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('set BOBBIN_PARTNER_ID'),
    })
  })
})

describe('tokens', () => {
  it('are made, listed without being shown, and revoked at once', async () => {
    const ofAccount = ['--account', String(account.stitch_account_id)]
    const made = await place.bobbinJson(['tokens', 'create', ...ofAccount, '--name', 'nightly'])
    const { id, access_token: token } = made as { id: string; access_token: string }
    expect((await call('/v4/account', token)).status).toBe(200)
    const { stdout } = await place.bobbin(['tokens', 'list', ...ofAccount])
    expect(stdout).toContain('nightly')
    expect(stdout).not.toContain(token)
    await place.bobbinJson(['tokens', 'revoke', id, ...ofAccount])
    expect((await call('/v4/account', token)).status).toBe(401)
  })

  it('are not made under a name that acts on a terminal', async () => {
    const ofAccount = ['--account', String(account.stitch_account_id)]
    expect(await place.bobbin(['tokens', 'create', ...ofAccount, '--name', '\u001b[31mred'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('control characters'),
    })
  })

  it('are revoked also by an id that looks like an option; what is no id is none', async () => {
    const other = (await place.bobbinJson(signUp('hyphen@acme.test'))) as typeof account
    const ofAccount = ['--account', String(other.stitch_account_id)]
    const revoke = (...args: string[]) => place.bobbin(['tokens', 'revoke', ...args, '--force'])
    // As ids were made once; one begins as the option for help does.
    for (const id of ['-hA1b2C3d4E5f6G7h8J9k0', '-aA1b2C3d4E5f6G7h8J9k0', '--A1b2C3d4E5f6G7h8J9k0']) {
      await place.withCore(({ database }) =>
        database.write((tx) =>
          tx.db
            .updateTable('access_token')
            .set({ id, revoked_at: null })
            .where('account_id', '=', other.stitch_account_id)
            .execute(),
        ),
      )
      expect(await revoke(id, ...ofAccount)).toMatchObject({ code: 0 })
    }
    expect(await revoke('--nothing', ...ofAccount)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'--nothing' is invalid"),
    })
    const two = ['-aA1b2C3d4E5f6G7h8J9k0', '--nothing', ...ofAccount]
    expect(await revoke(...two)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('too many arguments'),
    })
  })

  it('the last one is revoked only by force', async () => {
    const other = (await place.bobbinJson(signUp('other@acme.test'))) as typeof account
    const ofAccount = ['--account', String(other.stitch_account_id)]
    const [token] = (await place.bobbinJson(['tokens', 'list', ...ofAccount])) as { id: string }[]
    expect(await place.bobbin(['tokens', 'revoke', token!.id, ...ofAccount])).toMatchObject({ code: 1 })
    await place.bobbinJson(['tokens', 'revoke', token!.id, ...ofAccount, '--force'])
    expect((await call('/v4/account', other.access_token)).status).toBe(401)
    // Another account's token is not there.
    const foreign = ['tokens', 'revoke', token!.id, '--account', String(account.stitch_account_id)]
    expect(await place.bobbin(foreign)).toMatchObject({ code: 1, stderr: 'There is nothing here.\n' })
  })
})

describe('sources', () => {
  it('are listed, shown, paused and resumed', async () => {
    const id = String(createdSource.id)
    expect(await place.bobbinJson(['sources', 'list'])).toMatchObject([
      { id: createdSource.id, type: shop.type },
    ])
    const paused = async () => {
      const reply = await call(`/v4/sources/${id}`, account.access_token)
      return ((await reply.json()) as { paused_at: string | null }).paused_at !== null
    }
    expect(await place.bobbin(['sources', 'pause', id])).toMatchObject({ code: 0 })
    expect(await paused()).toBe(true)
    expect((await place.bobbin(['sources', 'show', id])).stdout).toMatch(/state +paused/)
    expect(await place.bobbin(['sources', 'unpause', id])).toMatchObject({ code: 0 })
    expect(await paused()).toBe(false)
    expect((await place.bobbin(['sources', 'show', id])).stdout).not.toContain('right')
  })

  it('are checked by whoever takes the job, and the command waits for the end', async () => {
    const id = String(createdSource.id)
    expect(await place.begin(['sources', 'check', id]).ended).toMatchObject({
      code: 0,
      stdout: '3 streams found.\n',
      stderr: expect.stringContaining('signing in'),
    })
    const properties = { password: 'wrong' }
    await call(`/v4/sources/${id}`, account.access_token, {
      method: 'PUT',
      body: JSON.stringify({ properties }),
    })
    expect(await place.bobbin(['sources', 'check', id])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CredentialsRejected \(password\): [^\n]+\n$/),
    })
    expect(await place.bobbin(['sources', 'check', '999'])).toMatchObject({
      code: 1,
      stderr: 'There is no source 999.\n',
    })
  })
})

it('events come from another process too, as they happen', async () => {
  const tail = place.begin([
    'events',
    'tail',
    '--account',
    String(account.stitch_account_id),
    '--lines',
    '0',
    '--json',
  ])
  const all = () => tail.output.stdout.split('\n').slice(0, -1)
  const pause = (is: boolean) =>
    call(`/v4/sources/${createdSource.id}`, account.access_token, {
      method: 'PUT',
      body: JSON.stringify({ paused_at: is ? '2026-01-01T00:00:00Z' : null }),
    })
  // Until the tail has begun nobody knows which events it shows.
  let is = true
  while (all().length === 0) {
    await pause(is)
    is = !is
    await Promise.race([tail.printed((text) => text !== ''), new Promise((done) => setTimeout(done, 300))])
  }
  await pause(is)
  await tail.printed(() => all().length >= 2)
  tail.child.kill('SIGTERM')
  expect(await tail.ended).toMatchObject({ code: 0 })
  expect(JSON.parse(all()[0]!)).toMatchObject({
    type: 'source.updated',
    data: { source_id: createdSource.id, changed: ['paused_at'] },
  })
})

it('events of a command reach who follows the feed at the running server', async () => {
  const after = await place.withCore(({ events }) => events.last(`account:${account.stitch_account_id}`))
  const left = new AbortController()
  const stream = await call(`/v4/events?after=${after}`, account.access_token, {
    headers: { accept: 'text/event-stream' },
    signal: left.signal,
  })
  const told = (async () => {
    let text = ''
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (text.includes('source.updated')) return text
    }
    throw new Error(`The stream ended: ${text}`)
  })()
  await place.bobbin(['sources', 'pause', String(createdSource.id)])
  expect(await told).toContain('"changed":["paused_at"]')
  left.abort()
  await place.bobbin(['sources', 'unpause', String(createdSource.id)])
})

describe('keys', () => {
  it('one is made at a time, of 32 random bytes, and the server takes it', async () => {
    const { stdout, code } = await place.bobbin(['keys', 'generate'])
    expect(code).toBe(0)
    const listed = await place.bobbinJson(['keys', 'list'], { BOBBIN_ENCRYPTION_KEYS: stdout.trim() })
    expect(listed).toMatchObject([
      { role: 'seals', rows: 0 },
      { id: 'k1', role: 'missing', rows: 1 },
    ])
    expect(JSON.stringify(listed)).not.toContain(stdout.trim().split(':')[1])
  })

  it('a rotation without the old key ends badly and changes nothing', async () => {
    const { stdout } = await place.bobbin(['keys', 'generate', '--id', 'alone'])
    const rotated = await place.begin(['keys', 'rotate'], { BOBBIN_ENCRYPTION_KEYS: stdout.trim() }).ended
    expect(rotated).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/credential\.sealed +k1 +unknown key/),
      stderr: '1 rows do not open; they stay as they are.\n',
    })
    expect(await place.bobbinJson(['keys', 'list'])).toMatchObject([{ id: 'k1', rows: 1 }])
  })
})

describe('whatever the command', () => {
  it.each([
    [['nope']],
    [['keys', 'nope']],
    [['keys']],
    [['accounts', 'show']],
    [['accounts', 'show', 'seven']],
    [['tokens', 'list']],
    [['connectors', 'new', 'Not A Slug']],
    [['keys', 'list', '--nope']],
  ])('%j is wrong usage: exit code 2', async (args) => {
    expect(await place.bobbin(args)).toMatchObject({ code: 2, stdout: '' })
  })

  it('a process ends with that code, having printed all', async () => {
    expect(await place.begin(['keys', 'nope']).ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/unknown command 'nope'[^]*See bobbin keys --help\.\n$/),
    })
    const listed = await place.begin(['accounts', 'list']).ended
    expect(listed).toEqual({ ...(await place.bobbin(['accounts', 'list'])), code: 0, stderr: '' })
  })

  it('settings that cannot be used are named, without their values', async () => {
    const env = { BOBBIN_ENCRYPTION_KEYS: 'hush', PORT: 'x' }
    const { code, stderr } = await place.begin(['keys', 'list'], env).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The settings cannot be used:\n/)
    expect(stderr).not.toMatch(/hush| at /)
  })

  it('help is no failure, also where it is run from its sources', async () => {
    const help = await place.begin(['--help']).ended
    expect(help).toMatchObject({ code: 0, stderr: '' })
    const fromSources = await promisify(execFile)(process.execPath, [cliSource, '--help'])
    expect(fromSources).toEqual({ stdout: help.stdout, stderr: '' })
  })
})
