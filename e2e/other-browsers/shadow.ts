/** What an element's shadow root shows, by tag and name: XPath does not look into it. Runs in the page, alone. */
export function findShown(host: string, tag: string, name: string): Element | null {
  const root = document.querySelector(host)?.shadowRoot
  if (!root) return null
  const dialogs = [...root.querySelectorAll('dialog[open]')]
  const scope = dialogs[dialogs.length - 1] ?? root
  const labelled = (ids: string) => ids.split(' ').map((id) => root.getElementById(id)?.textContent)
  const nameOf = (element: Element) => {
    const ids = element.getAttribute('aria-labelledby')
    return ids ? labelled(ids).join(' ') : (element.getAttribute('aria-label') ?? element.textContent)
  }
  const isShown = (element: Element) => element.getClientRects().length > 0
  const found = [...scope.querySelectorAll(tag)].find((one) => isShown(one) && nameOf(one)?.trim() === name)
  return found ?? null
}
