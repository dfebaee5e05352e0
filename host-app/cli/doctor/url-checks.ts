import { z } from 'zod'
import { randomId } from '@bobbin/shared/random-id'
import type { Config } from '../../server/config.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** How long one answer may take, in milliseconds. */
const patience = 5_000

/** How the host looks from outside, through every proxy in front of it, as a browser meets it. */
export async function checkUrl(config: Config): Promise<Finding[]> {
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${config.url}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(patience), ...init })
  let health: Response
  try {
    health = await get('/readyz')
  } catch (error) {
    return [
      fail(
        'BOBBIN_URL',
        `${config.url} does not answer (${causeOf(error)}): is the server running, and the proxy?`,
      ),
    ]
  }
  if (health.status !== 200) {
    return [
      fail('BOBBIN_URL', `${config.url}/readyz answers ${await statusOf(health)} where 200 is expected`),
    ]
  }
  const flow = `/connect/${randomId()}`
  const page = await get(flow, { headers: { accept: 'text/html' } })
  const client = await get('/client/bobbin.umd.min.js')
  const metrics = await get('/metrics')
  return [
    ok('BOBBIN_URL', `${config.url} answers`),
    checkDate(health),
    expectHeaders('wizard headers', page, {
      'cross-origin-opener-policy': (value) => value === 'unsafe-none',
      'content-security-policy': (value) =>
        value.includes("script-src 'self'") &&
        value.includes("frame-ancestors 'none'") &&
        !value.includes(', '),
      'referrer-policy': (value) => value === 'same-origin',
    }),
    expectHeaders('client headers', client, {
      'cross-origin-opener-policy': (value) => value === 'unsafe-none',
      'access-control-allow-origin': (value) => value === '*',
      'cross-origin-resource-policy': (value) => value === 'cross-origin',
    }),
    metrics.status === 200 && config.isProduction
      ? fail('metrics from outside', 'are open to everybody: do not forward /metrics')
      : ok('metrics from outside', metrics.status === 200 ? 'open, on this machine' : 'closed'),
    await checkStream(config, flow, page.headers.get('set-cookie')),
  ]
}

/** With the reason, where it is our server that gives one. */
async function statusOf(reply: Response): Promise<string> {
  const envelope = readyzRefusal.safeParse(await reply.json().catch(() => null))
  return envelope.success ? `${reply.status} (${envelope.data.data.reason})` : String(reply.status)
}

/** A proxy that adds a header of its own, replaces ours or strips it breaks the way back to the page. */
function expectHeaders(
  check: string,
  response: Response,
  expected: Readonly<Record<string, (value: string) => boolean>>,
): Finding {
  if (response.status !== 200) return fail(check, `${response.url} answers ${response.status}`)
  const wrong = Object.entries(expected)
    .filter(([name, isRight]) => !isRight(response.headers.get(name) ?? ''))
    .map(([name]) => `${name} is "${response.headers.get(name) ?? ''}"`)
  return wrong.length === 0
    ? ok(check, 'as the server sends them')
    : fail(check, `${wrong.join('; ')}: let the proxy pass our headers on as they are`)
}

/** A wizard's stream, opened as a browser opens it: the first beats must come through, and in time. */
async function checkStream(config: Config, flow: string, cookie: string | null): Promise<Finding> {
  const check = 'event streams'
  const { heartbeat } = config.timings
  try {
    const response = await fetch(`${config.url}${flow}/presence?doc=${randomId()}`, {
      headers: { cookie: cookie?.split(';')[0] ?? '', accept: 'text/event-stream' },
      signal: AbortSignal.timeout(heartbeat + patience),
    })
    if (response.status !== 200 || !response.body) {
      return fail(check, `a stream is answered with ${response.status}`)
    }
    let beats = 0
    for await (const chunk of response.body) {
      beats +=
        Buffer.from(chunk as Uint8Array)
          .toString()
          .split('\n\n').length - 1
      // One comes at once, the next after the interval: both prove something else.
      if (beats >= 2) return ok(check, `a heartbeat comes through every ${heartbeat / 1_000} s`)
    }
    return fail(check, 'a quiet stream is cut: let idle connections live for 15 s at least')
  } catch (error) {
    return fail(
      check,
      `no heartbeat within ${heartbeat / 1_000} s (${causeOf(error)}): turn the proxy's buffering of text/event-stream off`,
    )
  }
}

const readyzRefusal = z.object({ data: z.object({ reason: z.string().max(40) }) })

function checkDate(response: Response): Finding {
  const skew = Math.round((Date.parse(response.headers.get('date') ?? '') - Date.now()) / 1_000)
  return Math.abs(skew) > 30
    ? warn('clock of the server', `differs from this machine's by ${skew} s`)
    : ok('clock of the server', 'as this machine’s')
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.name : 'unknown'
}
