import { connectorCard, type CardActions } from './connector-card.ts'
import { fill, keepFocus, make } from './make.ts'
import type { Session } from './session.ts'
import type { ShownConnector } from './shown-catalog.ts'
import type { Words } from './words.ts'

/** So many stand at once, before a key is seen: each is made and laid out. About what a screen shows. */
const atOnce = 12
/** Milliseconds until the others do: longer than from key to key. */
const restAfter = 150
/** So many stand then, and come at a time. */
const pageSize = 24
/** So many come by themselves as the person scrolls; then a button asks, so that the foot of the page can be reached. */
const unasked = 240

export interface CardList {
  readonly element: HTMLElement
  show(connectors: readonly ShownConnector[], session: Session): void
  /** Draws one card again. */
  update(connector: ShownConnector, session: Session): void
  stop(): void
}

/**
 * The cards of those that were found: as many as are seen, and more as the person goes on. Thousands of them, laid out
 * at once, would hold up the first paint and every key that is pressed in the search.
 */
export function cardList(words: () => Words, openDetails: CardActions['openDetails']): CardList {
  const list = make('ul', { part: 'list', role: 'list' })
  const more = make('button', {
    part: 'button more',
    type: 'button',
    'data-key': 'more',
    onclick: () => addAsAsked(),
  })
  const element = make('div', {}, list, more)
  let found: readonly ShownConnector[] = []
  let session: Session | null = null
  let rest: ReturnType<typeof setTimeout> | undefined
  const cards = new Map<string, { of: ShownConnector; card: HTMLElement }>()
  const watch = new IntersectionObserver(
    ([entry]) => entry?.isIntersecting && list.childElementCount < unasked && add(),
    { rootMargin: '600px' },
  )

  function cardOf(connector: ShownConnector): HTMLElement {
    const known = cards.get(connector.slug)
    if (known?.of === connector) return known.card
    return draw(connector)
  }

  function draw(connector: ShownConnector): HTMLElement {
    const card = connectorCard(connector, session!, { words: words(), openDetails })
    cards.set(connector.slug, { of: connector, card })
    return card
  }

  function next(shown: number, count: number): HTMLElement[] {
    return found.slice(shown, shown + count).map((connector, index) => {
      const card = cardOf(connector)
      // All that were found, though not all are there yet.
      card.setAttribute('aria-setsize', String(found.length))
      card.setAttribute('aria-posinset', String(shown + index + 1))
      return card
    })
  }

  function add(count = pageSize): void {
    list.append(...next(list.childElementCount, count))
    offerMore()
  }

  /** The rest of the first ones, once those that are seen were painted and no further key is pressed. */
  function addRest(): void {
    rest = setTimeout(() => {
      if (list.childElementCount < pageSize) add(pageSize - list.childElementCount)
    }, restAfter)
  }

  /** By the button: a keyboard goes on at the first of those that came. */
  function addAsAsked(): void {
    const first = list.childElementCount
    add()
    list.children[first]?.querySelector('button')?.focus()
  }

  function offerMore(): void {
    const left = found.length - list.childElementCount
    more.hidden = left <= 0
    more.textContent = words().more(Math.min(left, pageSize))
    // Observed anew, so that one that is still in sight is told again.
    watch.unobserve(more)
    if (left > 0) watch.observe(more)
  }

  return {
    element,
    show(connectors, from) {
      if (session !== from) cards.clear()
      session = from
      found = connectors
      clearTimeout(rest)
      fill(list, ...next(0, atOnce))
      if (found.length <= atOnce) return offerMore()
      more.hidden = true
      addRest()
    },
    update(connector, from) {
      const old = cards.get(connector.slug)?.card
      session = from
      const card = draw(connector)
      if (!old) return
      for (const name of ['aria-setsize', 'aria-posinset']) {
        card.setAttribute(name, old.getAttribute(name) ?? '')
      }
      keepFocus(list, () => old.replaceWith(card))
    },
    stop() {
      clearTimeout(rest)
      watch.disconnect()
    },
  }
}
