import type { ComponentChildren, TargetedKeyboardEvent } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { rowAfterKey, scrollTo, visibleRange } from './windowing.ts'

interface Props {
  label: string
  /** In CSS pixels; the style sheet gives the rows the same. */
  rowHeight: number
  rowCount: number
  /** What the rows are about; when it changes the list starts at its top again. */
  subject: unknown
  keyOf(row: number): string | number
  /** `tabIndex` belongs on the row's checkbox and on its other controls: the list is one stop of the tab key. */
  children(row: number, tabIndex: 0 | -1): ComponentChildren
  onEnter?(row: number): void
  /** The rows from `start` up to, not including, `end` are drawn. */
  onShow?(start: number, end: number): void
  /** Others are on their way. */
  isBusy?: boolean
}

/**
 * A list that draws only the rows that show. Arrow keys, Home, End and the page keys move between rows,
 * as in any list box; each row knows its place for screen readers.
 */
export function VirtualList({
  label,
  rowHeight,
  rowCount,
  subject,
  keyOf,
  children,
  onEnter,
  onShow,
  isBusy = false,
}: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [scrollTop, setScrollTop] = useState(0)
  const [height, setHeight] = useState(480)
  const [active, setActive] = useState(0)
  const [hasFocus, setHasFocus] = useState(false)
  const mustFocus = useRef(false)
  const measures = { rowHeight, rowCount, scrollTop, height }
  const { start, end } = visibleRange(measures)
  const isActiveDrawn = active >= start && active < end
  /** The row that the tab key stops at: the last one used, or the first one in sight. */
  const stop = isActiveDrawn || (hasFocus && active < rowCount) ? active : Math.ceil(scrollTop / rowHeight)
  const rows = Array.from({ length: end - start }, (_, offset) => start + offset)
  // A focused row stays in the page when it is scrolled away, or the focus would be lost.
  if (hasFocus && !isActiveDrawn && active < rowCount) rows.push(active)

  useEffect(() => onShow?.(start, end), [subject, start, end])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    setHeight(element.clientHeight)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0
    setScrollTop(0)
    setActive(0)
  }, [subject])

  useLayoutEffect(() => {
    if (!mustFocus.current) return
    mustFocus.current = false
    box.current?.querySelector<HTMLElement>(`[data-row="${active}"] input`)?.focus({ preventScroll: true })
  })

  function move(event: TargetedKeyboardEvent<HTMLElement>): void {
    if (event.altKey || event.ctrlKey || event.metaKey || rowCount === 0) return
    const target = rowAfterKey(event.key, active, measures)
    if (target === null) {
      const isCheckbox = event.target instanceof HTMLInputElement
      if (event.key === 'Enter' && isCheckbox && onEnter) onEnter(active)
      return
    }
    event.preventDefault()
    mustFocus.current = true
    const top = scrollTo(target, measures)
    if (box.current) box.current.scrollTop = top
    setScrollTop(top)
    setActive(target)
  }

  return (
    <div
      class="rows"
      ref={box}
      tabIndex={-1}
      onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
      onKeyDown={move}
      onFocusIn={({ target }) => {
        setHasFocus(true)
        const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null
        if (row) setActive(Number(row.dataset['row']))
      }}
      onFocusOut={() => setHasFocus(false)}
    >
      <ul
        aria-label={label}
        aria-busy={isBusy ? 'true' : undefined}
        role="list"
        style={{ height: `${rowCount * rowHeight}px` }}
      >
        {rows.map((row) => (
          <li
            key={keyOf(row)}
            data-row={row}
            aria-setsize={rowCount}
            aria-posinset={row + 1}
            style={{ top: `${row * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {children(row, row === stop ? 0 : -1)}
          </li>
        ))}
      </ul>
    </div>
  )
}
