import type { SourceResult } from '@bobbin/shared/window-protocol'
import type { Flow, Launch } from './flow.ts'
import { findPopup } from './find-popup.ts'
import { findStoredFlow } from './flow-store.ts'
import type { AnyOptions } from './options.ts'
import { reopened, runFlow } from './run-flow.ts'
import { warnOfUnknown } from './unknown-options.ts'

/** How long after the call a window may still be opened: as long as browsers remember a click. */
const clickMemory = 5_000

/**
 * Goes on with a flow of this tab: one that runs here, or one that the page began before a reload. The
 * relay is joined with the stored key. The window is found again by name, unless the browser had cut us
 * off from it; a new one opens where the old one has gone.
 *
 * Null when there is nothing to go on with.
 */
export async function resumeFlow(
  host: string,
  { flowId, ...options }: AnyOptions & { readonly flowId?: string },
  launch: Launch,
  running: ReadonlyMap<string, Flow>,
): Promise<SourceResult | null> {
  warnOfUnknown('resume', options)
  for (const flow of running.values()) {
    if (!flow.promise || (flowId && flowId !== flow.flowId)) continue
    if (flow.surface.isClosed() !== false) flow.surface.open()
    flow.surface.focus()
    return flow.promise
  }
  const stored = findStoredFlow(host, flowId)
  if (!stored) return null
  const seed = { ...stored, options, reopenUntil: Date.now() + clickMemory }
  const run = (flow: Flow) => runFlow(flow, launch)
  try {
    return await (stored.isSettled ? launch(reopened(seed), run) : launch(seed, run, findPopup(stored)))
  } catch (error) {
    // The host knows it no longer, or never did.
    if ((error as { code?: unknown } | null)?.code === 'FlowExpired') return null
    throw error
  }
}
