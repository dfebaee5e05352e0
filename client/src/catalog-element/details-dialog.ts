import { faultLine, statusLine } from './connector-card.ts'
import { logoOf } from './logo.ts'
import { fill, make } from './make.ts'
import type { AskRemoval } from './removal-dialog.ts'
import { addKey, removeKey, repairKey, type Session } from './session.ts'
import { connectionsOf, type ShownConnection, type ShownConnector } from './shown-catalog.ts'
import { standingOf } from './standing.ts'
import type { Words } from './words.ts'

export interface DetailsDialog {
  readonly element: HTMLDialogElement
  /** The connector whose details are open. */
  slug(): string | null
  open(connector: ShownConnector, opener: HTMLElement): void
  /** Draws it again, as it is now; closes where it is gone. */
  update(): void
}

interface Parts {
  session(): Session
  words(): Words
  askRemoval: AskRemoval
}

/** All about one connector: what it is for, and each connection of it with what can be done. */
export function detailsDialog({ session, words, askRemoval }: Parts): DetailsDialog {
  let shown: string | null = null
  let openerKey: string | undefined

  const element = make('dialog', {
    part: 'dialog details',
    'aria-labelledby': 'details-name',
    onclose() {
      shown = null
      const root = element.getRootNode() as ShadowRoot
      // By its key: its card may have been drawn anew.
      const openers = [...root.querySelectorAll<HTMLElement>('[data-key]')]
      ;(openers.find((one) => one.dataset['key'] === openerKey) ?? root.querySelector('input'))?.focus()
    },
    // A click beside the panel.
    onclick: (event) => event.target === element && element.close(),
  })

  function update(): void {
    if (shown === null) return
    const connector = session().find(shown)
    if (!connector) return element.close()
    const { name, category, stage = '' } = connector
    const facts = [category, words().stages[stage]].filter(Boolean).join(' · ')
    const fault = session().faultOf(shown)
    const connections = connectionsOf(connector)
    fill(
      element,
      make(
        'div',
        { part: 'panel' },
        make(
          'header',
          { part: 'details-header' },
          logoOf(connector),
          make(
            'div',
            { part: 'card-text' },
            make(
              'h2',
              {
                part: 'details-name',
                id: 'details-name',
                'data-key': 'title',
                tabindex: -1,
                autofocus: true,
              },
              make('bdi', {}, name),
            ),
            facts && make('p', { part: 'facts' }, facts),
          ),
          make(
            'button',
            { part: 'button close', type: 'button', 'data-key': 'close', onclick: () => element.close() },
            words().close,
          ),
        ),
        ...aboutOf(connector),
        fault && faultLine(fault),
        connections.length > 0 &&
          make(
            'section',
            { part: 'connections', 'aria-labelledby': 'connections-title' },
            make('h3', { part: 'title', id: 'connections-title' }, words().connections),
            make('ul', { role: 'list' }, ...connections.map((one) => connectionRow(connector, one))),
          ),
        (connections.length === 0 || connector.supports_multiple_connections) &&
          connectButton(connector, connections.length > 0),
      ),
    )
  }

  function connectionRow(connector: ShownConnector, connection: ShownConnection): HTMLElement {
    const { id, display_name: name } = connection
    const standing = standingOf(connection, words())
    const isOpen = session().isBusy(repairKey(connection))
    const isLeaving = session().isBusy(removeKey(connection))
    const nameId = `connection-${id}`
    const button = (key: string, part: string, label: string, onclick: () => void, off = false) =>
      make(
        'button',
        {
          part,
          id: `${key}-${id}`,
          type: 'button',
          'data-key': `${key} ${id}`,
          'aria-labelledby': `${key}-${id} ${nameId}`,
          'aria-disabled': off,
          onclick: () => off || onclick(),
        },
        label,
      )
    return make(
      'li',
      { part: 'connection' },
      make(
        'div',
        { part: 'card-text' },
        make('strong', { id: nameId }, make('bdi', {}, name || connector.name)),
        statusLine(standing.kind, standing.text),
      ),
      make(
        'div',
        { part: 'actions' },
        standing.action !== null &&
          button('repair', 'button primary', isOpen ? words().inWindow : standing.action, () =>
            session().repair(connector, connection),
          ),
        button(
          'remove',
          'button',
          isLeaving ? words().removing : words().remove,
          () => askRemoval(name || connector.name, () => session().remove(connector, connection)),
          isLeaving,
        ),
      ),
    )
  }

  function connectButton(connector: ShownConnector, isAnother: boolean): HTMLElement {
    const isOpen = session().isBusy(addKey(connector))
    return make(
      'button',
      {
        part: isAnother ? 'button' : 'button primary',
        type: 'button',
        'data-key': 'connect',
        onclick: () => session().connect(connector),
      },
      isOpen ? words().inWindow : isAnother ? words().connectAnother : words().connect,
    )
  }

  return {
    element,
    slug: () => shown,
    update,
    open(connector, opener) {
      shown = connector.slug
      openerKey = opener.dataset['key']
      update()
      element.showModal()
      void session().refresh(connector.slug)
    },
  }
}

/** What the connector says of itself: plain text, in its own paragraphs, nothing said twice. */
function aboutOf({ short_description, description, about }: ShownConnector): HTMLElement[] {
  const first = description || short_description || ''
  const texts = new Set([about?.startsWith(first) ? '' : first, about ?? ''])
  return [...texts]
    .filter((text) => text.trim() !== '')
    .map((text) => make('p', { part: 'about' }, make('bdi', {}, text)))
}
