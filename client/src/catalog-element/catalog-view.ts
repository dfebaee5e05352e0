import { afterPaint } from './after-paint.ts'
import { cardList } from './card-list.ts'
import { detailsDialog } from './details-dialog.ts'
import { fill, make } from './make.ts'
import { removalDialog } from './removal-dialog.ts'
import { findConnectors, prepareSearch } from './search.ts'
import type { Phase, Session } from './session.ts'
import { connectionsOf, type ShownConnector } from './shown-catalog.ts'
import type { Words } from './words.ts'

export interface CatalogView {
  show(session: Session, phase: Phase): void
  /** Nothing that could be asked is known, or not yet. */
  wait(phase: 'loading' | 'failed'): void
  update(session: Session, slug: string): void
  say(text: string): void
  /** Out of the document: nothing stays open, nothing is watched. */
  stop(): void
}

interface ViewOptions {
  readonly words: Words
  retry(): void
  /** The person asks for what was not found; null where the page wants no requests. */
  request(): ((query: string) => void) | null
}

/** Milliseconds without a key until the number of what was found is said: not at every letter. */
const settled = 600

/** Categories that are none of the connectors' own. */
const everything = ''
const connectedOnes = '*'

/** Everything that is seen of a catalog, in this root. */
export function catalogView(root: ShadowRoot, { words, retry, request }: ViewOptions): CatalogView {
  let session: Session | null = null
  let phase: Phase | null = null
  let category = everything
  /** A button of a state had the focus, and is gone. */
  let isFocusLost = false
  let saying: ReturnType<typeof setTimeout> | undefined
  let isFindDue = false

  const search = make('input', {
    part: 'search',
    type: 'search',
    placeholder: words.searchHint,
    'aria-label': words.search,
    autocomplete: 'off',
    spellcheck: false,
    oninput: () => {
      findSoon()
      sayCount()
    },
    onkeydown: (event) => {
      if ((event as KeyboardEvent).key !== 'Escape' || search.value === '') return
      event.preventDefault()
      clear()
    },
  })
  const categories = make('fieldset', { part: 'categories' })
  const count = make('p', { part: 'count' })
  const tools = make('div', { part: 'tools', role: 'search' }, search, categories)
  const state = make('div', { part: 'state' })
  const status = make('p', { part: 'spoken', role: 'status' })
  const removal = removalDialog(() => words)
  const details = detailsDialog({ session: () => session!, words: () => words, askRemoval: removal.ask })
  const list = cardList(
    () => words,
    (slug, opener) => {
      const connector = session?.find(slug)
      if (connector) details.open(connector, opener)
    },
  )
  const body = make('div', { part: 'body' }, tools, count, list.element, state)
  root.append(body, status, details.element, removal.element)

  function find(): void {
    if (!session || phase !== 'shown') return
    const found = findConnectors(session.connectors.filter(isInCategory), search.value.trim())
    const isAll = found.length === session.connectors.length
    const told = isAll ? words.countAll(found.length) : words.countSome(found.length)
    count.replaceChildren(make('bdi', {}, told))
    count.hidden = found.length === 0
    list.show(found, session)
    list.element.hidden = found.length === 0
    fill(
      state,
      ...(found.length > 0 ? [] : session.connectors.length === 0 ? [make('p', {}, words.empty)] : nothing()),
    )
  }

  /** The letter is painted first, and in the next frame what all letters until then have found. */
  function findSoon(): void {
    if (isFindDue) return
    isFindDue = true
    afterPaint(() => {
      isFindDue = false
      find()
    })
  }

  const isInCategory = (connector: ShownConnector) =>
    category === everything ||
    (category === connectedOnes ? connectionsOf(connector).length > 0 : connector.category === category)

  function nothing(): HTMLElement[] {
    const query = search.value.trim()
    // What another category has need not be asked for.
    const isElsewhere = category !== everything && findConnectors(session?.connectors ?? [], query).length > 0
    const ask = query === '' || isElsewhere ? null : request()
    const button =
      ask &&
      stateButton('ask', words.ask, () => {
        ask(query)
        const thanks = make('p', { tabindex: -1 }, words.asked)
        button?.replaceWith(thanks)
        thanks.focus()
      })
    return [
      query === ''
        ? make('p', { part: 'title' }, words.nothingIn)
        : make('p', { part: 'title' }, `${words.nothing} `, make('q', {}, make('bdi', {}, query))),
      ...(query === '' ? [] : [make('p', {}, ask ? words.nothingHint : words.nothingWithoutHint)]),
      make('div', { part: 'actions' }, button, stateButton('clear', words.showAll, clear, !ask)),
    ]
  }

  const stateButton = (key: string, label: string, onclick: () => void, primary = true) =>
    make(
      'button',
      { part: primary ? 'button primary' : 'button', type: 'button', 'data-key': key, onclick },
      label,
    )

  /** All of them again. */
  function clear(): void {
    search.value = ''
    category = everything
    drawCategories()
    find()
    sayCount()
    search.focus()
  }

  function sayCount(): void {
    clearTimeout(saying)
    saying = setTimeout(
      () => say(count.hidden ? (state.firstElementChild?.textContent ?? '') : (count.textContent ?? '')),
      settled,
    )
  }

  function say(text: string): void {
    status.textContent = text
  }

  function drawCategories(): void {
    const connectors = session?.connectors ?? []
    const names = [...new Set(connectors.flatMap((one) => one.category ?? []))].sort()
    const choices: [string, string][] = [
      [everything, words.all],
      ...(connectors.some((one) => connectionsOf(one).length > 0)
        ? [[connectedOnes, words.yours] satisfies [string, string]]
        : []),
      ...(names.length > 1 ? names.map((name): [string, string] => [name, name]) : []),
    ]
    if (!choices.some(([value]) => value === category)) category = everything
    categories.hidden = choices.length < 2
    fill(
      categories,
      make('legend', { part: 'spoken' }, words.categories),
      ...choices.map(([value, label]) =>
        make(
          'label',
          { part: value === category ? 'category chosen' : 'category' },
          make('input', {
            type: 'radio',
            name: 'category',
            value,
            checked: value === category,
            'data-key': `category ${value}`,
            onchange: () => {
              category = value
              drawCategories()
              find()
              sayCount()
            },
          }),
          make('bdi', {}, label),
        ),
      ),
    )
  }

  function showState(): void {
    const isShown = phase === 'shown'
    body.setAttribute('aria-busy', String(phase === 'loading'))
    for (const one of [tools, count, list.element]) one.hidden = !isShown
    if (isShown) return
    if (phase === 'loading') {
      const card = () => make('div', { part: 'card skeleton' })
      return fill(
        state,
        make('div', { part: 'list waiting', 'aria-hidden': 'true' }, ...Array.from({ length: 6 }, card)),
      )
    }
    const isOut = phase === 'signed-out'
    const [title, hint] = isOut ? [words.signedOut, words.signedOutHint] : [words.failed, words.failedHint]
    fill(
      state,
      make('p', { part: 'title', role: 'alert' }, title),
      make('p', {}, hint),
      make(
        'div',
        { part: 'actions' },
        // The page's own way to sign in.
        isOut && make('slot', { name: 'signed-out' }),
        stateButton('retry', words.retry, retry, !isOut),
      ),
    )
  }

  /** What comes after a button that is gone is next, unless the person went on elsewhere. */
  function catchFocus(): void {
    if (isFocusLost && document.activeElement === document.body) {
      ;(phase === 'shown' ? search : state.querySelector('button'))?.focus()
    }
    isFocusLost = false
  }

  function closeDialogs(): void {
    for (const one of [removal.element, details.element]) one.close()
  }

  return {
    wait(now) {
      phase = now
      showState()
    },
    show(from, now) {
      const isAnother = from !== session
      isFocusLost ||= state.contains(root.activeElement)
      if (isAnother || now !== 'shown') closeDialogs()
      session = from
      phase = now
      clearTimeout(saying)
      // Said late, like the skeleton is shown: most lists come before.
      if (now === 'loading') saying = setTimeout(() => say(words.loading), settled)
      showState()
      if (now !== 'loading') catchFocus()
      if (now !== 'shown') return
      drawCategories()
      find()
      prepareSearch(from.connectors)
      details.update()
      say(count.textContent ?? '')
    },
    update(from, slug) {
      const connector = from.find(slug)
      if (!connector || from !== session || phase !== 'shown') return
      list.update(connector, from)
      const before = category
      drawCategories()
      if (category !== before) find()
      if (details.slug() === slug) details.update()
    },
    say,
    stop() {
      session = null
      clearTimeout(saying)
      list.stop()
      closeDialogs()
    },
  }
}
