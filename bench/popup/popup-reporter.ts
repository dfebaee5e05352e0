/** What a popup tells about itself. Times are Unix ms of the machine's one clock. */
export interface PopupReport {
  readonly from: 'popup'
  readonly path: string
  /** First contentful paint. */
  readonly painted: number
  /** The first frame that shows a control that takes typing; the first paint where there is no such control. */
  readonly typable: number
  /** When the page had arrived whole. */
  readonly arrived: number
  /** What the page had asked for by then. */
  readonly resources: readonly { readonly url: string; readonly kind: string; readonly isBlocking: boolean }[]
}

/**
 * Runs inside of the popup, alone: it must not use anything from outside of itself. The same for the bare page
 * and for the wizard.
 */
export function reportFromPopup(needsInput: boolean): void {
  let painted = 0
  let present = 0
  let isReported = false

  function tell(typable: number): void {
    if (isReported) return
    isReported = true
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    const body = JSON.stringify({
      from: 'popup',
      path: location.pathname,
      painted: performance.timeOrigin + painted,
      typable: performance.timeOrigin + typable,
      arrived: performance.timeOrigin + (navigation?.responseEnd ?? NaN),
      resources: entries.map((entry) => ({
        url: entry.name,
        kind: entry.initiatorType,
        isBlocking: 'renderBlockingStatus' in entry && entry.renderBlockingStatus === 'blocking',
      })),
    })
    void fetch('/bench/report', { method: 'POST', body, keepalive: true })
  }

  /** Of paint and control either may be seen first, whichever came first. */
  function judge(): void {
    if (painted === 0 || (needsInput && present === 0)) return
    if (present <= painted) tell(painted)
    // It came after the first paint: the frame that shows it counts.
    else requestAnimationFrame(() => setTimeout(() => tell(performance.now())))
  }

  function look(): void {
    if (present === 0 && document.querySelector('input:enabled:read-write, textarea:enabled:read-write')) {
      present = performance.now()
      watcher.disconnect()
      judge()
    }
  }

  const watcher = new MutationObserver(look)
  if (needsInput) watcher.observe(document, { childList: true, subtree: true, attributes: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName('first-contentful-paint')) {
      painted = entry.startTime
      judge()
    }
  }).observe({ type: 'paint', buffered: true })
}
