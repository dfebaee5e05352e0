import { authorizeRefusalReasons } from '@bobbin/shared/page-errors'
import { checkErrorCodes } from '@bobbin/shared/errors'
import { describe, expect, test } from 'vitest'
import { renderToString } from 'preact-render-to-string'
import { App } from './app.tsx'
import { fixtures } from './preview/fixtures.ts'
import { remedyOf, remedyOfCheck } from './remedies.ts'
import { allScreens } from './screens/all-screens.ts'
import { initialState, type WizardState } from './wizard-state.ts'

describe('what comes first after a check that failed', () => {
  /** What may pass by itself, or by what is done at the other end. */
  const passing = [
    'ConnectionRefused',
    'ConnectionTimeout',
    'AuthorizationExpired',
    'PermissionDenied',
    'NothingFound',
    'ConnectionLost',
    'TooManyConnections',
    'VendorRateLimited',
    'VendorUnavailable',
    'CheckCrashed',
    'CheckFailed',
  ]
  test.each(checkErrorCodes)('%s', (code) => {
    const other = code === 'AppMisconfigured' ? 'nothing' : 'settings'
    expect(remedyOfCheck({ code, field: null }, true)).toBe(passing.includes(code) ? 'again' : other)
    expect(remedyOfCheck({ code, field: 'host' }, true)).toBe('settings')
    expect(remedyOfCheck({ code, field: 'host' }, false)).toBe('nothing')
  })
})

test('only what somebody else has to mend is no reason to try the trip again', () => {
  const useless = authorizeRefusalReasons.filter((reason) => remedyOf(reason) !== 'again')
  expect(useless).toEqual(['misconfigured', 'approval_needed'])
})

function screen(name: string, change: Partial<WizardState> = {}): string {
  const page = fixtures[name]?.page
  if (page?.kind !== 'flow') throw new Error(`There is no screen ${name}.`)
  return renderToString(
    <App state={{ ...initialState(page), ...change }} wizard={null} screens={allScreens} />,
  )
}

/** The buttons that lead on, in their order; the main one is marked. */
function offers(html: string): string[] {
  const [, foot = ''] = html.split('class="actions"')
  return Array.from(
    foot.matchAll(/<(?:button|a)([^>]*)>(.*?)<\/(?:button|a)>/g),
    ([, attributes = '', inner = '']) =>
      `${/class="[^"]*primary/.test(attributes) ? '* ' : ''}${inner.replaceAll(/<[^>]*>/g, '')}`,
  ).filter((label) => label !== 'Cancel')
}

test.each([
  ['check-failed', ['* Edit settings', 'Try again']],
  ['check-unexplained', ['* Try again', 'Edit settings']],
  ['oauth-refused', ['Back', '* Try again']],
  ['oauth-misconfigured', ['Back', 'Try again']],
  ['oauth-approval', ['Back', 'Try again']],
])('%s offers %j', (name, expected) => {
  expect(offers(screen(name))).toEqual(expected)
})

test.each([
  ['Internal', true],
  ['Unavailable', true],
  ['Unreachable', true],
  ['InvalidProperties', false],
  ['AccessDenied', false],
] as const)('a call that was refused by %s can be tried again: %s', (code, expected) => {
  const html = screen('form-claimed', { failure: { code, message: 'No.', data: {} } })
  expect(offers(html).includes('Try again')).toBe(expected)
})

const request = 'kq3Zt7PbLx9sVn2RfYw1Da'

test.each<[string, Partial<WizardState>]>([
  ['check-unexplained', {}],
  ['form-claimed', { failure: { code: 'Internal', message: 'No.', data: {}, requestId: request } }],
])('of what nobody can explain, %s gives the request, untranslated, and whom to ask', (name, change) => {
  const html = screen(name, change)
  expect(html).toContain(`<code translate="no">${request}</code>`)
  expect(html).toMatch(/ask for help in <bdi[^>]*>Acme Analytics</)
})

test('what is explained needs no request', () => {
  expect(screen('check-failed')).not.toContain(request)
})

test.each<[string, boolean]>([
  ['oauth-misconfigured', true],
  ['check-misconfigured', true],
  ['oauth-refused', false],
  ['oauth-approval', false],
  ['check-failed', false],
])('on %s there is a link to those who can mend it: %s', (name, expected) => {
  expect(screen(name).includes('href="mailto:help@acme.example')).toBe(expected)
})

test.each([
  ['check-running', 'Nothing to show yet.'],
  ['check-failed', 'There is no log of this check.'],
])('the log of %s says of no lines: %s', (name, words) => {
  expect(screen(name)).toContain(words)
})

test('who skipped is told that nothing is chosen, and how to come back', () => {
  const text = (name: string) => screen(name).replaceAll(/<[^>]*>/g, '')
  expect(text('done-skipped')).toContain('None chosen yet')
  expect(text('done-skipped')).toContain('Nothing is synced until you choose tables.')
  expect(text('done-skipped')).toContain(
    'To choose them, go back to Acme Analytics and open Orders database there again.',
  )
  expect(text('done')).not.toContain('Nothing is synced')
})
