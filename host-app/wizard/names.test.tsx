import { isolated } from '@bobbin/shared/isolated'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import type { WizardPage } from '@bobbin/shared/wizard-page'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { App } from './app.tsx'
import { titleInHtml, titleOf } from './page-title.ts'
import { nounOf } from './messages/en/nouns.ts'
import { PartnerPage } from './partner/partner-page.tsx'
import { fixtures } from './preview/fixtures.ts'
import { previewFields, previewStreams } from './preview/streams.ts'
import { allScreens } from './screens/all-screens.ts'
import { FaultyStreams } from './streams/faulty-streams.tsx'
import { PickerView } from './streams/picker-view.tsx'
import { Replication } from './streams/replication.tsx'
import { StreamFieldList } from './streams/stream-field-list.tsx'
import { pickerOf } from './streams/use-picker.ts'
import { LogPanel } from './ui/log-panel.tsx'
import { initialState, type WizardState } from './wizard-state.ts'

/*
 * Names that customers, vendors and databases chose are hostile here: Hebrew, which turns the words around it,
 * behind an override that turns whatever follows. Wherever one stands it has to be isolated.
 */

const name = (what: string) => `\u202eחנות ${what}`
const shown = (what: string) => `חנות ${what}`

/** What is left of a page, or of what a screen reader reads, once all that is isolated is taken out. */
function unisolated(html: string): string {
  return (
    html
      // A control's own value stands alone.
      .replaceAll(/ value="[^"]*"/g, '')
      .replaceAll(/<bdi[^>]*>((?!<bdi|<\/bdi>).)*<\/bdi>/gs, '')
      .replaceAll(/<bdi[^>]*>((?!<\/bdi>).)*<\/bdi>/gs, '')
      .replaceAll(/\u2068[^\u2066-\u2069]*\u2069/g, '')
  )
}

function expectIsolated(html: string, names: readonly string[]): void {
  for (const one of names) expect(html).toContain(one)
  expect(unisolated(html)).not.toMatch(/[\u0590-\u05ff\u202a-\u202e\u2066-\u2069]/)
}

/** The members that hold names; all of that name, wherever they are. */
const members = ['company', 'display_name', 'external_account', 'provider_code', 'provider_name', 'origin']

function hostile<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, function (this: Record<string, unknown>, key: string, member: unknown) {
      if (typeof member !== 'string') return member
      if (key === 'detail' || key === 'message') return `Refused by ${isolated(name(key))}\u202e.`
      if (key === 'name' && ('logo' in this || 'may_add' in this))
        return name('logo' in this ? 'app' : 'other')
      return members.includes(key) ? name(key) : member
    }),
  ) as Value
}

/** The fixture's screen, as the server renders it, with hostile names. */
function screen(fixture: string, change: Partial<WizardState> = {}): string {
  const page: WizardPage | undefined = hostile(fixtures[fixture]?.page)
  if (page?.kind !== 'flow') throw new Error(`There is no screen ${fixture}.`)
  return renderToString(
    <App state={{ ...initialState(page), ...change }} wizard={null} screens={allScreens} />,
  )
}

describe('every name on the screen', () => {
  const flows = Object.entries(fixtures).filter(([, { page }]) => page.kind === 'flow' && page.state)

  it.each(flows.map(([fixture]) => [fixture]))('%s is isolated, those of who asks too', (fixture) => {
    expectIsolated(screen(fixture), ['app', 'company'].map(shown))
  })

  it.each<[string, string[], Partial<WizardState>?]>([
    ['form', ['app']],
    ['form-consent', ['app', 'company', 'origin'], { isProofOverdue: true, intent: { name: 'authorize' } }],
    ['oauth', ['provider_name']],
    ['oauth-refused', ['provider_code']],
    ['oauth-connected', ['external_account']],
    ['oauth-other-account', ['external_account', 'other']],
    ['check-failed', ['detail', 'message']],
    ['done', ['display_name']],
    ['origin-refused', ['origin']],
    // What Stitch's API says of a name is for programs: it repeats the name, and nothing isolates it.
    ...(['InvalidName', 'InvalidDisplayName'] as const).map(
      (code): [string, string[], Partial<WizardState>] => [
        'form',
        ['app'],
        { failure: { code, message: `invalid display_name (${name('typed')})`, data: {} } },
      ],
    ),
    [
      'form-after-check',
      ['message'],
      {
        failure: { code: 'Conflict', message: `It is ${isolated(name('message'))}.`, data: {} },
      },
    ],
  ])('%s is isolated: %j', (fixture, names, change) => {
    expectIsolated(screen(fixture, change), names.map(shown))
  })

  it('is isolated on the page that lets a partner in', () => {
    const page = {
      partner: name('partner'),
      backTo: 'https://partner.example',
      ticket: 't',
      way: 'create',
      values: { company: name('typed'), email: '', first_name: '', last_name: '' },
      errors: { company: 'characters' },
      notice: null,
    } as const
    expectIsolated(renderToString(<PartnerPage page={page} />), [shown('partner')])
  })

  it('is isolated in the log, of which no translator touches a line', () => {
    const lines = [`Schema ${isolated(name('schema'))} is skipped.`]
    const html = renderToString(<LogPanel lines={lines} isRunning />)
    expectIsolated(html, [shown('schema')])
    expect(html).toContain('<p translate="no">Schema ')
  })

  it('is isolated among the streams', () => {
    const some = previewStreams(8)
    const columns = {
      ...some,
      stream_name: some.stream_name.map(() => name('table')),
      tap_stream_id: some.tap_stream_id.map((id) => name(id)),
      blocked: some.blocked.map((reason) => reason && `${isolated(name('column'))} is no key.`),
      access: some.access.map((_, index) =>
        index === 1 ? { reason: 'needs_scope' as const, scope: name('scope') } : null,
      ),
      removed: [name('gone')],
    }
    const html = renderToString(
      <PickerView
        picker={pickerOf(null, columns, null, () => {})}
        noun={nounOf(null)}
        app={name('app')}
        wizard={null}
      />,
    )
    expectIsolated(html, [
      `Open \u2068${shown('table')}`,
      ...['orders-public-orders', 'app', 'column', 'scope', 'gone'].map(shown),
    ])
    const fields = { [name('faulty')]: `The field "${isolated(name('field'))}" is missing.` }
    expectIsolated(renderToString(<FaultyStreams fields={fields} />), ['faulty', 'field'].map(shown))
  })

  it('is isolated in an opened stream', () => {
    const view = previewFields('orders-public-products')
    const fields: StreamFields = {
      ...view,
      is_view: true,
      fields: view.fields.map((field) => ({
        ...field,
        name: name(field.name),
        type: name('type'),
        reason: field.reason && `Columns of ${isolated(name('reason'))} cannot be read.`,
        excludes: field.excludes.map(name),
        selected: field.name !== 'status_of_yesterday',
      })),
      replication_method: 'INCREMENTAL',
      valid_replication_keys: [name('updated_at')],
    }
    const props = { noun: nounOf(null), fields, edit: {}, onEdit: () => undefined }
    expectIsolated(renderToString(<StreamFieldList {...props} />), [
      ...['id', 'type', 'reason', 'status_of_yesterday'].map(shown),
      `\u2068${shown('id')}\u2069 is a key`,
      `Not together with <bdi translate="no">${shown('status')}`,
    ])
    expectIsolated(renderToString(<Replication {...props} />), [shown('updated_at')])
  })
})

it('is left as it is by a translator, wherever it stands by itself', () => {
  for (const fixture of ['form', 'oauth-connected', 'done', 'check-failed']) {
    expect(screen(fixture)).not.toMatch(/<bdi(?! translate="no")/)
  }
})

describe('a title', () => {
  it('is text, in which names stay isolated', () => {
    const body = `<h1 class="x"><span>Connect</span> <bdi>${shown('shop')} &amp; Sons</bdi></h1><h1>Other</h1>`
    expect(titleInHtml(body)).toBe(`Connect \u2068${shown('shop')} &amp; Sons\u2069`)
    const nodes = [
      { nodeName: '#text', textContent: 'Connect ' },
      { nodeName: 'BDI', textContent: shown('shop') },
    ]
    const childNodes: unknown = nodes
    expect(titleOf({ childNodes: childNodes as NodeListOf<ChildNode> })).toBe(
      `Connect ${isolated(shown('shop'))}`,
    )
  })

  it('of every page is its heading', () => {
    for (const { page } of Object.values(fixtures)) {
      if (page.kind !== 'flow') continue
      const html = renderToString(
        <App state={initialState(hostile(page))} wizard={null} screens={allScreens} />,
      )
      expect(titleInHtml(html)).not.toMatch(/^$|[<>]/)
      expect(unisolated(titleInHtml(html))).not.toMatch(/[\u0590-\u05ff\u202a-\u202e]/)
    }
  })
})
