import { randomId } from '@bobbin/shared/random-id'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { createError } from './errors.ts'
import type { Flow, FlowSeed, RunFlow } from './flow.ts'
import { pageFailures } from './page-failures.ts'
import { popup, type KnownPopup } from './surface.ts'

/** The flows of this document that have not settled, by what they are about. */
export const running = new Map<string, Flow>()

/**
 * Opens the flow's window and runs the flow. It must be called in the click's own tick: browsers give
 * a window to nobody else. A flow about the same thing that is running already is focused instead; one whose
 * window was just closed gets a new one, before its closing is believed.
 */
export function launch(seed: FlowSeed, run: RunFlow, known?: KnownPopup): Promise<SourceResult> {
  const { host, fn, subject, flowId } = seed
  const key = host + fn + subject
  const same = running.get(key)
  if (same?.promise) {
    same.revive?.()
    same.surface.focus()
    return same.promise
  }
  const type = fn === 'addSource' ? `&type=${encodeURIComponent(subject)}` : ''
  const url = `${host}/connect/${flowId}?function=${fn}${type}`
  const flow: Flow = {
    ...seed,
    url,
    pageId: randomId(),
    stop: new AbortController(),
    surface: popup(url, known),
    createError: (code, fields) =>
      createError(code, { flowId, docsUrl: `${host}/client/errors.html#${code}`, ...fields }),
  }
  if (!known && !flow.surface.open()) {
    const retry = () => launch(seed, run)
    return Promise.reject(flow.createError('AppWindowBlocked', { ...pageFailures.AppWindowBlocked, retry }))
  }
  running.set(key, flow)
  return (flow.promise = run(flow).finally(() => running.delete(key)))
}
