import { randomId } from '@bobbin/shared/random-id'

/**
 * Where the wizard is shown, and all that the client needs of it. Each flow has one; a popup so far. A frame in
 * the page would be another, and so would the page itself, which leaves for the wizard and comes back.
 */
export interface Surface {
  /** What to speak with: another window after each `open`. Nothing where the flow goes on without a handle. */
  readonly target?: Window | null
  /** By which a page that was loaded again finds it, where that can be. */
  readonly windowName?: string
  /** Shows the wizard anew, in a target of its own. In the click's own tick; false: the browser blocked it. */
  open(): boolean
  /** Brings it to the front, where the browser lets us. */
  focus(): void
  /** Closes it at once; `close-surface.ts` waits until browsers listen. */
  close(): void
  /** Whether it reads closed: it may only be cut off from us, see `window-watch.ts`. Undefined without a handle. */
  isClosed(): boolean | undefined
}

/** A popup that need not be opened. Its `target` is null when there is no handle to it. */
export type KnownPopup = Pick<Surface, 'target' | 'windowName'>

const width = 600
const height = 740

/**
 * A popup over the middle of this window. The opener's own place is what counts: on a second monitor it may well
 * be negative. It opens under a fresh name each time: one that the browser has cut off keeps its own.
 */
export function popup(url: string, known?: KnownPopup): Surface {
  const surface: { -readonly [part in keyof Surface]: Surface[part] } = {
    ...known,
    open() {
      surface.windowName = `connect-${randomId()}`
      surface.target = open(
        url,
        surface.windowName,
        `popup,width=${width},height=${height},left=${screenX + (outerWidth - width) / 2},top=${screenY + (outerHeight - height) / 2}`,
      )
      return !!surface.target
    },
    focus: () => surface.target?.focus(),
    close: () => surface.target?.close(),
    isClosed: () => surface.target?.closed,
  }
  return surface
}
