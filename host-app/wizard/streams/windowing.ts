/** A list of equally high rows in a scrolling box; all lengths in CSS pixels. */
export interface Box {
  readonly rowHeight: number
  readonly rowCount: number
  readonly scrollTop: number
  readonly height: number
}

/** The rows to draw: from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Rows drawn beyond each edge, so that quick scrolling shows no gap. */
const overscan = 6

/** Which rows show, and a few more. Never outside the list, whatever the scroll position says. */
export function visibleRange({ rowHeight, rowCount, scrollTop, height }: Box): Range {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const last = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight)
  const start = Math.min(Math.max(0, first - overscan), Math.max(0, rowCount - 1))
  return { start, end: Math.min(rowCount, Math.max(last + overscan, start)) }
}

/** The nearest scroll position at which the row is wholly in the box. */
export function scrollTo(index: number, { rowHeight, scrollTop, height }: Box): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height
  return scrollTop
}

/** Where a key leads from the row, or null for a key that does not move. */
export function rowAfterKey(key: string, index: number, { rowHeight, rowCount, height }: Box): number | null {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1)
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -page,
    PageDown: page,
    Home: -rowCount,
    End: rowCount,
  }
  const step = steps[key]
  return step === undefined ? null : Math.min(rowCount - 1, Math.max(0, index + step))
}
