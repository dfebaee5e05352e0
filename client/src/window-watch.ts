import { delay } from './delay.ts'
import type { Flow, Progress } from './flow.ts'
import type { Limits } from './limits.ts'

/**
 * What a window that reads closed tells us. Browsers answer `closed` for windows that they have only cut
 * off from us (Cross-Origin-Opener-Policy), so it is believed only where no cut can have happened: a
 * document of the wizard was linked, and no trip to a provider has begun since.
 */
export function judgeClosed(phase: Progress['phase'], isLinked: boolean): 'closed' | 'severed' | 'uncertain' {
  if (phase === 'away') return 'uncertain'
  return phase === 'open' && isLinked ? 'closed' : 'severed'
}

export interface WatchNeeds {
  readonly limits: Limits
  readonly progress: Progress
  /** Aborted when the flow has settled. */
  readonly signal: AbortSignal
  readonly isLinked: () => boolean
  /** The flow was given another window. */
  readonly onReplaced: () => void
  readonly onSevered: () => void
  readonly onUncertain: () => void
  /** It seems to have been closed: the host is asked once more before that is believed. */
  readonly onClosing: () => Promise<void>
  readonly onClosed: () => void
  /** It did not come back from the provider, and nobody told us so. */
  readonly onAbandoned: () => void
}

/** Looks at the window until the flow settles. */
export async function watchWindow(flow: Flow, needs: WatchNeeds): Promise<void> {
  const { limits, signal, progress, isLinked } = needs
  let window = flow.surface.target
  let awaySince = Date.now()
  let isUncertain = false
  const judge = () => (flow.surface.isClosed() ? judgeClosed(progress.phase, isLinked()) : 'open')

  for (; !signal.aborted; await delay(limits.closePoll)) {
    if (flow.surface.target !== window) {
      window = flow.surface.target
      flow.isSevered = false
      needs.onReplaced()
    }
    if (progress.phase !== 'away') {
      awaySince = Date.now()
      isUncertain = false
    }
    const away = Date.now() - awaySince
    const verdict = judge()
    if (verdict === 'severed' && !flow.isSevered) {
      flow.isSevered = true
      needs.onSevered()
    }
    if (verdict === 'uncertain' && !isUncertain && away >= limits.uncertain) {
      isUncertain = true
      needs.onUncertain()
    }
    // The host says this itself, and sooner; unless it is out of reach.
    if (away > limits.away + limits.relayDown) needs.onAbandoned()
    if (verdict === 'closed') {
      await delay(limits.closeGrace) // a result may still be on its way
      await needs.onClosing()
      if (judge() === 'closed') return needs.onClosed()
    }
  }
}
