import type { TokenCallback } from '../catalog/catalog-types.ts'
import { catalogView, type CatalogView } from './catalog-view.ts'
import { createSession, type Phase, type Session } from './session.ts'
import type { GivenToken, ShownCatalog } from './shown-catalog.ts'
import { applyStyles } from './styles.ts'
import { english, type Words } from './words.ts'

/** Makes the catalog of a host, for an element that is given none. Throws where nothing says where the host is. */
type MakeCatalog = (host: string | undefined) => ShownCatalog
let makeCatalog: MakeCatalog

/** Where there is no document, a class that nobody can make anything of. */
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement)

const properties = ['catalog', 'tokenCallback', 'words'] as const

/** `<bobbin-catalog>`: what can be connected, how it stands, and all that can be done with it. */
export class BobbinCatalogElement extends Base {
  static readonly observedAttributes: readonly string[] = ['host', 'token']
  #given: ShownCatalog | null = null
  #tokenCallback: TokenCallback | null = null
  #words: Words = english
  #session: Session | null = null
  #view: CatalogView | null = null
  #isDue = false

  /** The catalog that is shown; where none was given, one of the attribute `host`. */
  get catalog(): ShownCatalog | null {
    return this.#given
  }
  set catalog(catalog: ShownCatalog | null | undefined) {
    this.#given = catalog ?? null
    this.#begin(true)
  }

  /** Gets a customer token from the page's back end, whenever one is needed. */
  get tokenCallback(): TokenCallback | null {
    return this.#tokenCallback
  }
  set tokenCallback(callback: TokenCallback | null | undefined) {
    this.#tokenCallback = callback ?? null
    this.#begin(true)
  }

  /** Words of the page's own language, as many as it has. */
  get words(): Words {
    return this.#words
  }
  set words(words: Partial<Words> | null | undefined) {
    this.#words = { ...english, ...words }
    this.#clear()
    this.#begin(true)
  }

  /** Fetches the list again, with a new token where the last one did not do. */
  reload(): Promise<void> {
    return this.#session?.load(true) ?? Promise.resolve()
  }

  connectedCallback(): void {
    // What a page set before this class was there hides what is here.
    for (const name of properties) {
      if (!Object.hasOwn(this, name)) continue
      const value = this[name]
      Reflect.deleteProperty(this, name)
      Reflect.set(this, name, value)
    }
    this.#begin(false)
  }

  disconnectedCallback(): void {
    // Who only moves it puts it back at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#clear()
    })
  }

  /** Moved by `moveBefore()`: nothing changes. */
  connectedMoveCallback(): void {}

  adoptedCallback(): void {
    if (this.shadowRoot) applyStyles(this.shadowRoot, this.nonce)
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before !== now) this.#begin(true)
  }

  /** Once for all that is set in the same task. */
  #begin(isAnew: boolean): void {
    if (isAnew) {
      this.#session?.stop()
      this.#session = null
    }
    if (this.#isDue || !this.isConnected) return
    this.#isDue = true
    queueMicrotask(() => {
      this.#isDue = false
      if (this.isConnected && !this.#session) this.#start()
    })
  }

  #start(): void {
    const view = (this.#view ??= this.#draw())
    const token: GivenToken | null = this.#tokenCallback ?? this.getAttribute('token')
    const host = this.getAttribute('host') ?? undefined
    if (!this.#given && token === null && document.readyState === 'loading') {
      // The page's own scripts have not said yet whose catalog it is.
      document.addEventListener('DOMContentLoaded', () => this.#begin(false), { once: true })
      return view.wait('loading')
    }
    let catalog: ShownCatalog
    try {
      catalog = this.#given ?? makeCatalog(host)
    } catch (error) {
      // Without an address, the page may be about to give a catalog.
      view.wait(host === undefined ? 'loading' : 'failed')
      if (host !== undefined) this.#emit('bobbin-error', { error, action: 'list' })
      return
    }
    const session: Session = createSession(catalog, token, {
      words: () => this.#words,
      onPhase: (phase) => {
        if (session === this.#session) this.#show(session, phase)
      },
      onConnector: (slug) => this.#view?.update(session, slug),
      say: (text) => this.#view?.say(text),
      emit: (type, detail) => this.#emit(type, detail),
    })
    this.#session = session
    this.#show(session, 'loading')
    void session.load()
  }

  #show(session: Session, phase: Phase): void {
    this.#view?.show(session, phase)
  }

  #draw(): CatalogView {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    root.replaceChildren()
    applyStyles(root, this.nonce)
    return catalogView(root, {
      words: this.#words,
      retry: () => {
        const session = this.#session
        if (!session) return
        this.#show(session, 'loading')
        void session.load(true)
      },
      request: () =>
        this.hasAttribute('no-requests') ? null : (query) => this.#emit('bobbin-request', { query }),
    })
  }

  #emit(type: string, detail: object): boolean {
    return this.dispatchEvent(
      new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }),
    )
  }

  #clear(): void {
    this.#session?.stop()
    this.#session = null
    this.#view?.stop()
    this.#view = null
    this.shadowRoot?.replaceChildren()
  }
}

/** Defines the element, once: a page may load this twice. Where there are no elements, nothing happens. */
export function defineCatalogElement(make: MakeCatalog): void {
  makeCatalog ??= make
  const elements = globalThis.customElements
  if (elements && !elements.get('bobbin-catalog')) elements.define('bobbin-catalog', BobbinCatalogElement)
}

declare global {
  interface HTMLElementTagNameMap {
    'bobbin-catalog': BobbinCatalogElement
  }
}
