import type { Flow, FlowSeed } from './flow.ts'
import type { Surface } from './surface.ts'

/** What outlives a reload of the page, in this tab only. */
export type StoredFlow = FlowSeed &
  Pick<Surface, 'windowName'> &
  Pick<Flow, 'url'> & { readonly isSettled: boolean; readonly at: number }

const prefix = 'bobbin:'

/** Keeps the flow for a reload of the page. Once its promise has settled it is kept for those who name it. */
export function rememberFlow(flow: Flow, isSettled = false): void {
  const { windowName } = flow.surface
  const stored = { ...flow, windowName, surface: null, promise: null, options: {}, isSettled, at: Date.now() }
  store(() => sessionStorage.setItem(prefix + flow.flowId, JSON.stringify(stored)))
}

export function forgetFlow(flowId: string): void {
  store(() => sessionStorage.removeItem(prefix + flowId))
}

/** The flow of this id, or the newest that had not settled; null when this tab has none of this host. */
export function findStoredFlow(host: string, flowId?: string): StoredFlow | null {
  let newest: StoredFlow | null = null
  store(() => {
    for (const [key, value] of Object.entries(sessionStorage)) {
      if (!key.startsWith(prefix)) continue
      const stored = JSON.parse(value) as StoredFlow
      if (stored.host !== host || (flowId ? stored.flowId !== flowId : stored.isSettled)) continue
      if (!newest || stored.at > newest.at) newest = stored
    }
  })
  return newest
}

/** A sandboxed page has no storage, and a full one takes nothing: there, flows end with their document. */
function store(act: () => void): void {
  try {
    act()
  } catch {
    // As said.
  }
}
