import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createWizardCookies } from './wizard-cookie.ts'

const flowId = 'F'.repeat(22)
const other = 'G'.repeat(22)
const key = randomBytes(32)

function cookies({ url = 'https://connect.example.com', keys = [{ key }], time = 1_000_000 } = {}) {
  let now = time
  const made = createWizardCookies({ url, keys, lifetime: 3_600_000, now: () => now })
  return { ...made, pass: (ms: number) => (now += ms) }
}

/** What a browser sends back for a `Set-Cookie`. */
const sent = (header: string) => header.split(';', 1)[0]!

it('is a host cookie of this flow over https, and a plain one on loopback', () => {
  expect(cookies().issue(flowId).header).toMatch(
    /^__Host-bobbin-F{22}=.*; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600$/,
  )
  expect(cookies({ url: 'http://localhost:1' }).issue(flowId).header).toMatch(
    /^bobbin-F{22}=.*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/,
  )
})

it('is read back by any process that has the key', () => {
  const { header, hash } = cookies().issue(flowId)
  expect(cookies().read(`a=b; ${sent(header)}; c=d`, flowId)).toBe(hash)
  const rotated = cookies({ keys: [{ key: randomBytes(32) }, { key }] })
  expect(rotated.read(sent(header), flowId)).toBe(hash)
})

it('counts for its own flow, its own key and its own time only', () => {
  const jar = cookies()
  const { header } = jar.issue(flowId)
  const renamed = sent(header).replace(flowId, other)
  expect(jar.read(renamed, other)).toBeNull()
  expect(cookies({ keys: [{ key: randomBytes(32) }] }).read(sent(header), flowId)).toBeNull()
  jar.pass(3_600_001)
  expect(jar.read(sent(header), flowId)).toBeNull()
})

it.each(['', 'x', 'a.b.c', `${'a'.repeat(22)}.1.${'b'.repeat(43)}`])('is not forged as %j', (value) => {
  expect(cookies().read(`__Host-bobbin-${flowId}=${value}`, flowId)).toBeNull()
})

it('changes with any character of it', () => {
  const jar = cookies()
  const pair = sent(jar.issue(flowId).header)
  const start = pair.indexOf('=') + 1
  for (let index = start; index < pair.length - 1; index += 1) {
    const changed = pair.slice(0, index) + (pair[index] === 'A' ? 'B' : 'A') + pair.slice(index + 1)
    expect(jar.read(changed, flowId)).toBeNull()
  }
})

it('drops the oldest when a browser has collected many', async () => {
  const jar = cookies()
  const header = Array.from({ length: 10 }, (_, index) => {
    jar.pass(1)
    return sent(jar.issue(String(index).repeat(22)).header)
  }).join('; ')
  expect(jar.flowsOf(header)[0]).toBe('9'.repeat(22))
  const dropped = await jar.prune(header, async () => new Set())
  expect(dropped).toHaveLength(2)
  expect(dropped[0]).toContain('1'.repeat(22))
  expect(dropped[1]).toMatch(/^__Host-bobbin-0{22}=; .*Max-Age=0$/)
})

it('drops flows that nobody claimed before any that somebody did', async () => {
  const jar = cookies()
  const ids = Array.from({ length: 12 }, (_, index) => 'abcdefghijkl'.charAt(index).repeat(22))
  const header = ids
    .map((id) => {
      jar.pass(1)
      return sent(jar.issue(id).header)
    })
    .join('; ')
  // The oldest is at work; all that came after it were opened by somebody's page.
  const dropped = await jar.prune(header, async () => new Set(['a'.repeat(22)]))
  expect(dropped).toHaveLength(4)
  expect(dropped.join()).not.toContain('a'.repeat(22))
  expect(dropped.join()).toContain('b'.repeat(22))
})
