/**
 * A page translator puts elements of its own (`<font>`) in the place of our text nodes. What Preact writes to such a
 * node later is seen by nobody, and counters freeze. So our node goes back behind the translation, empty; and the
 * translation goes as soon as there is something new in the node, or it is taken away.
 */
export function followTranslators(root: Node): void {
  const translations = new Map<Text, Element>()

  const observer = new MutationObserver((records) => {
    for (const { target, type } of records) {
      if (type === 'characterData' && target instanceof Text) forget(target)
    }
    const written = new Set(
      records.filter(({ type }) => type === 'characterData').map(({ target }) => target),
    )
    for (const { removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      for (const text of removedNodes) {
        if (!(text instanceof Text) || text.isConnected) continue
        const instead = [...addedNodes, previousSibling, nextSibling].find(isTranslation)
        if (translations.has(text) || !instead) forget(text)
        else putBack(text, instead, written.has(text))
      }
    }
    // What was done here is no news.
    observer.takeRecords()
  })
  observer.observe(root, { subtree: true, childList: true, characterData: true })

  function putBack(text: Text, translation: Element, isNews: boolean): void {
    if (isNews) return translation.replaceWith(text)
    translation.after(text)
    text.data = ''
    translations.set(text, translation)
  }

  function forget(text: Text): void {
    translations.get(text)?.remove()
    translations.delete(text)
  }
}

function isTranslation(node: Node | null): node is Element {
  return node instanceof Element && node.localName === 'font' && node.isConnected
}
