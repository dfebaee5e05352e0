import type { ClaimRequest } from '@bobbin/shared/window-protocol'
import { delay } from './delay.ts'
import type { Fail } from './failure.ts'
import type { Flow } from './flow.ts'
import type { Limits } from './limits.ts'
import type { FlowOptions } from './options.ts'

type DefaultStreams = NonNullable<ClaimRequest['default_streams']>

/**
 * What the flow asks for. Names in `default_streams` whose value means nothing stay out of the claim and
 * go into `ignored`, for the result to list them.
 *
 * @throws UpgradeEphemeralToken `unavailable` when the token function fails, or takes too long.
 */
export async function prepareClaim(
  { fn, subject, appKey, options }: Flow,
  { limits, fail, ignored }: { limits: Limits; fail: Fail; ignored: string[] },
): Promise<ClaimRequest> {
  const { discovery_job_name, default_streams } = options
  return {
    ephemeral_token: await readToken(options, limits, fail),
    app_key: appKey,
    function: fn,
    ...(fn === 'addSource' ? { type: subject } : { id: Number(subject) }),
    discovery_job_name,
    default_streams: default_streams && readDefaultStreams(default_streams, ignored),
    display: 'popup',
    locale: navigator.language,
  }
}

async function readToken(
  { ephemeral_token: token }: FlowOptions,
  limits: Limits,
  fail: Fail,
): Promise<string | undefined> {
  if (typeof token !== 'function') return token || undefined
  try {
    const given = await Promise.race([token(), delay(limits.claim)])
    if (given && typeof given === 'string') return given
    throw new TypeError('no token')
  } catch (cause) {
    throw fail('UpgradeEphemeralToken', { reason: 'unavailable', cause })
  }
}

/** The choices among what was given; names whose value is none are added to `ignored`. */
export function readDefaultStreams(given: object, ignored: string[]): DefaultStreams {
  return Object.fromEntries(
    Object.entries(given).filter(([name, choice]) => isChoice(choice) || void ignored.push(name)),
  )
}

function isChoice(choice: unknown): choice is DefaultStreams[string] {
  const isBoolean = (value: unknown) => value === !!value
  const isFields = choice instanceof Object && !Array.isArray(choice)
  return isBoolean(choice) || (isFields && Object.values(choice).every(isBoolean))
}
