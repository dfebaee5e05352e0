import { logoOf } from './logo.ts'
import { make } from './make.ts'
import { addKey, repairKey, type Session } from './session.ts'
import { connectionsOf, type ShownConnector } from './shown-catalog.ts'
import { standingOfAll } from './standing.ts'
import type { Words } from './words.ts'

/** What a card can do beside what its session does. */
export interface CardActions {
  readonly words: Words
  openDetails(slug: string, opener: HTMLElement): void
}

/** A connector in the list: what it is, how it stands, and the one thing to do next. */
export function connectorCard(
  connector: ShownConnector,
  session: Session,
  { words, openDetails }: CardActions,
): HTMLElement {
  const { slug, name, short_description: about, stage = '' } = connector
  const standing = standingOfAll(connector, words)
  const fault = session.faultOf(slug)
  const nameId = `name-${slug}`
  const [only] = connectionsOf(connector)
  const stageWord = words.stages[stage]

  const details = (event: Event) => openDetails(slug, event.currentTarget as HTMLElement)
  // Where one thing helps it is done in this click, in which a window may be opened; else the details say more.
  const next =
    standing.action === null
      ? details
      : only
        ? () => session.repair(connector, only)
        : () => session.connect(connector)
  const isBusy = standing.action !== null && session.isBusy(only ? repairKey(only) : addKey(connector))
  const label = isBusy ? words.inWindow : (standing.action ?? words.manage)

  return make(
    'li',
    { part: 'card' },
    logoOf(connector),
    make(
      'div',
      { part: 'card-text' },
      make(
        'button',
        {
          part: 'name',
          id: nameId,
          type: 'button',
          'data-key': `name ${slug}`,
          'aria-haspopup': 'dialog',
          onclick: details,
        },
        make('bdi', {}, name),
      ),
      stageWord && make('span', { part: 'stage' }, stageWord),
      about && make('p', { part: 'description' }, make('bdi', {}, about)),
      standing.kind !== 'none' && statusLine(standing.kind, standing.text),
      fault && faultLine(fault),
    ),
    make(
      'button',
      {
        part: standing.kind === 'connected' || standing.action === null ? 'button' : 'button primary',
        id: `act-${slug}`,
        type: 'button',
        'data-key': `act ${slug}`,
        'aria-labelledby': `act-${slug} ${nameId}`,
        'aria-haspopup': standing.action === null && 'dialog',
        'data-busy': isBusy,
        onclick: next,
      },
      label,
    ),
  )
}

export const faultLine = (text: string) => make('p', { part: 'fault' }, make('bdi', {}, text))

export function statusLine(kind: string, text: string): HTMLElement {
  return make('p', { part: `status ${kind}` }, make('bdi', {}, text))
}
