import { askHost } from './ask-host.ts'
import { backOff } from './delay.ts'
import type { Flow, Progress } from './flow.ts'
import type { Limits } from './limits.ts'
import { takeEvents } from './relay-events.ts'

/**
 * The events after `after` that there are now; null when the host cannot be reached. Asking for what
 * comes after an event also tells the host that it arrived.
 */
export async function askRelay(
  flow: Flow,
  after: number,
  limits: Pick<Limits, 'call'>,
): Promise<unknown[] | null> {
  try {
    const signal = AbortSignal.timeout(limits.call)
    const question = { app_key: flow.appKey, after, wait: 0 }
    const response = await askHost(flow, 'relay', question, { keepalive: true, signal })
    return (await response.json()).events
  } catch {
    return null
  }
}

export interface RelayNeeds {
  readonly limits: Limits
  readonly progress: Progress
  /** Aborted when the flow has settled. */
  readonly signal: AbortSignal
  readonly onEvents: (events: readonly unknown[]) => void
  /** The host says that it does not know the flow. */
  readonly onUnknown: () => void
  /** The host was heard; or it was not, and another try follows. */
  readonly onHeard: (isHeard: boolean) => void
  /** The host has been out of reach for too long. */
  readonly onUnreachable: () => void
  /** Whether the flow can do without the host at the moment. */
  readonly isExcused: () => boolean
}

/** Browsers open six connections to a host on HTTP/1.1; with this many streams the next flow polls. */
const mostStreams = 3
/** Seconds that the host may hold a long poll. */
const pollWait = 25
let streams = 0

/**
 * Follows what the host tells the page, through sleep, proxies and dead networks, until the flow settles.
 *
 * A stream that is silent for two and a half heartbeats is dead. One that never said a word is held
 * back by something in between, so long polls take its place.
 */
export async function followRelay(flow: Flow, needs: RelayNeeds): Promise<void> {
  const { limits, progress, signal } = needs
  let isStream = streams++ < mostStreams
  let request = new AbortController()
  let timer: ReturnType<typeof setTimeout>
  let lastWord = 0
  /** Since when every request has failed; 0 while the host answers. */
  let failingSince = 0
  let endPause = () => {}

  /** Restarts the clock that ends a silent request. */
  function hear(): void {
    lastWord = Date.now()
    clearTimeout(timer)
    timer = setTimeout(() => request.abort(), limits.heartbeat * 2.5 + (isStream ? 0 : pollWait * 1_000))
  }

  function take(events: readonly unknown[]): void {
    failingSince = 0
    needs.onHeard(true)
    needs.onEvents(events)
  }

  async function ask(): Promise<void> {
    let isMute = true
    request = new AbortController()
    request.signal.addEventListener('abort', () => (isStream &&= !isMute))
    hear()
    const question = { app_key: flow.appKey, after: progress.latest, ...(isStream ? {} : { wait: pollWait }) }
    const response = await askHost(flow, 'relay', question, { signal: request.signal })
    if (response.status === 404) needs.onUnknown()
    if (!response.ok || !response.body) throw new Error('not now')
    if (!isStream) return take((await response.json()).events)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let buffer = ''; ;) {
      const { value, done } = await reader.read()
      if (done && isMute) throw new Error('not a word')
      if (done) return
      isMute = false
      hear()
      const { events, rest } = takeEvents(buffer + value)
      buffer = rest
      take(events)
    }
  }

  /** A page that slept may have missed the end of its stream. */
  function wake(): void {
    endPause()
    if (Date.now() - lastWord > limits.heartbeat * 1.5) request.abort()
  }
  for (const type of ['visibilitychange', 'pageshow', 'focus', 'online']) {
    addEventListener(type, wake, { signal })
  }
  signal.addEventListener('abort', () => {
    streams--
    request.abort()
    clearTimeout(timer)
  })

  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await ask()
      failures = 0
    } catch {
      needs.onHeard(false)
      failingSince ||= Date.now()
      // Ends in a pause like every other request.
    }
    if (needs.isExcused()) failingSince &&= Date.now()
    if (failingSince && Date.now() - failingSince > limits.relayDown) return needs.onUnreachable()
    await Promise.race([backOff(failures), new Promise<void>((resolve) => (endPause = resolve))])
  }
}
