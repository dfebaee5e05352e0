type Child = Node | string | null | false | undefined

interface Given {
  readonly part?: string
  readonly [attribute: string]: string | number | boolean | null | undefined | ((event: Event) => void)
}

/**
 * An element with attributes, listeners (`onclick`) and children. Nothing is ever parsed: what comes as data stays text,
 * and a page's Trusted Types have nothing to judge.
 */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: Given = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value))
      // What a page can style is what our own sheet styles.
      if (name === 'part') element.className = String(value)
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

/** Puts other children in. */
export function fill(element: Element, ...children: Child[]): void {
  keepFocus(element, () =>
    element.replaceChildren(
      ...children.filter((child) => child !== null && child !== undefined && child !== false),
    ),
  )
}

/** What had the focus in this element has it again after a change, by its `data-key`. */
export function keepFocus(element: Element, change: () => void): void {
  const root = element.getRootNode() as Document | ShadowRoot
  const active = root.activeElement as HTMLElement | null
  const key = active !== null && element.contains(active) ? active.dataset['key'] : undefined
  change()
  if (key === undefined || (active?.isConnected && root.activeElement === active)) return
  const same = [...element.querySelectorAll<HTMLElement>('[data-key]')].find(
    (one) => one.dataset['key'] === key,
  )
  // Where it is gone, what is near: a keyboard must not begin anew at the top of the page.
  const near = same ?? root.querySelector<HTMLElement>('dialog[open] h2') ?? root.querySelector('input')
  near?.focus()
}
