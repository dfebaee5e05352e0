import type { StoredFlow } from './flow-store.ts'
import type { KnownPopup } from './surface.ts'

/**
 * The popup of a flow of this tab's earlier page, or none. In a click a window opens, an empty one, where there was none: the
 * wizard is shown in it.
 */
export function findPopup({ windowName, isSevered, url }: StoredFlow): KnownPopup {
  const target = isSevered ? null : open('', windowName, 'popup,width=600,height=740')
  try {
    if (target?.location.href === 'about:blank') target.location.replace(url)
  } catch {
    // It shows another origin, so it is the one.
  }
  return { target, windowName }
}
