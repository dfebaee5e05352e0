import { vi } from 'vitest'

/** As much of a page as the client touches. What windows truly do is tested in browsers. */
export interface PageStandIn {
  readonly windows: PopupStandIn[]
  /** `window.open` gives none. */
  isBlocking: boolean
  /** A window's own page is still on its way: it shows the blank one. */
  isLoading: boolean
  /** A window of the host's says something to the page. */
  hear(popup: PopupStandIn, message: Pick<MessageEvent, 'data' | 'origin' | 'ports'>): void
}

export interface PopupStandIn {
  readonly name: string
  readonly url: URL
  readonly features: string
  closed: boolean
  focused: number
  readonly messages: unknown[]
  /** Where there is a document in it that listens. */
  onMessage?: (data: unknown, ports: readonly MessagePort[]) => void
}

export function standInForPage(): PageStandIn {
  const windows: PopupStandIn[] = []
  const target = new EventTarget()
  const page: PageStandIn = {
    windows,
    isBlocking: false,
    isLoading: false,
    hear: (source, message) =>
      void target.dispatchEvent(Object.assign(new Event('message'), { ...message, source })),
  }
  vi.stubGlobal('window', { setTimeout })
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target))
  vi.stubGlobal('sessionStorage', createStorage())
  for (const [name, value] of Object.entries({
    screenX: -1_000,
    screenY: 20,
    outerWidth: 800,
    outerHeight: 900,
  })) {
    vi.stubGlobal(name, value)
  }
  vi.stubGlobal('open', (url: string, name: string, features: string) => {
    const known = windows.find((one) => one.name === name && !one.closed)
    if (known) return known
    if (page.isBlocking || url === '') return null
    const popup: PopupStandIn & Record<'close' | 'focus' | 'postMessage' | 'location', unknown> = {
      name,
      url: new URL(url),
      features,
      closed: false,
      focused: 0,
      messages: [] as unknown[],
      close() {
        popup.closed = true
      },
      focus: () => popup.focused++,
      postMessage(message: unknown, _origin: string, ports: MessagePort[] = []) {
        popup.messages.push(message)
        popup.onMessage?.(message, ports)
      },
      get location(): { href: string } {
        if (page.isLoading) return { href: 'about:blank' }
        throw new DOMException('of another origin', 'SecurityError')
      },
    }
    windows.push(popup)
    return popup
  })
  return page
}

/** Its keys are its properties, as in browsers. */
function createStorage(): object {
  const storage = {}
  return Object.defineProperties(storage, {
    setItem: { value: (key: string, value: string) => Object.assign(storage, { [key]: value }) },
    removeItem: { value: (key: string) => Reflect.deleteProperty(storage, key) },
  })
}
