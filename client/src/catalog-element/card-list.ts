import { connectorCard, type CardActions } from './connector-card.ts'
import { keepFocus, make } from './make.ts'
import type { Session } from './session.ts'
import type { ShownConnector } from './shown-catalog.ts'
import type { Words } from './words.ts'

/** So many are made and laid out in one frame: about what a screen shows. */
const atOnce = 12
/** Milliseconds until more come: longer than from key to key. */
const moreAfter = 150
/** So many come by themselves as the person scrolls; then a button asks, so that the foot of the page can be reached. */
const unasked = 240
/** So many come by the button; and so many may stay, where a key leaves them as they stand. */
const pageSize = 24

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
  let soon: ReturnType<typeof setTimeout> | undefined
  const cards = new Map<string, { of: ShownConnector; card: HTMLElement }>()
  const watch = new IntersectionObserver(
    ([entry]) => entry?.isIntersecting && list.childElementCount < unasked && add(atOnce),
    { rootMargin: '600px' },
  )

  function cardOf(one: ShownConnector): HTMLElement {
    // It may be another since it was found.
    const connector = session?.find(one.slug) ?? one
    const known = cards.get(one.slug)
    return known?.of === connector ? known.card : draw(connector)
  }

  function draw(connector: ShownConnector): HTMLElement {
    const card = connectorCard(connector, session!, { words: words(), openDetails })
    cards.set(connector.slug, { of: connector, card })
    return card
  }

  /** Those that are found from here to there, in their places. */
  function place(from: number, to: number): void {
    const placed = found.slice(from, to).map(cardOf)
    const size = String(found.length)
    keepFocus(list, () => {
      // What goes makes room first: so none that stays has to be put elsewhere, where it would be laid out anew.
      const staying = new Set<Element>(placed)
      for (const card of [...list.children].slice(from)) if (!staying.has(card)) card.remove()
      for (const [index, card] of placed.entries()) {
        const there = list.children[from + index]
        if (there !== card) list.insertBefore(card, there ?? null)
        // All that were found, though not all are there yet.
        card.setAttribute('aria-setsize', size)
        card.setAttribute('aria-posinset', String(from + index + 1))
      }
    })
  }

  function add(count: number): void {
    const shown = list.childElementCount
    place(shown, shown + count)
    offerMore()
  }

  /** How many of the first ones stand already where they belong. */
  function standing(): number {
    const index = [...list.children].findIndex((card, at) => cards.get(found[at]?.slug ?? '')?.card !== card)
    return index < 0 ? list.childElementCount : index
  }

  /** By the button: a keyboard goes on at the first of those that came. */
  function addAsAsked(): void {
    const first = list.childElementCount
    add(pageSize)
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
      clearTimeout(soon)
      place(0, Math.max(atOnce, Math.min(standing(), pageSize)))
      if (found.length <= atOnce) return offerMore()
      more.hidden = true
      soon = setTimeout(offerMore, moreAfter)
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
      clearTimeout(soon)
      watch.disconnect()
    },
  }
}
