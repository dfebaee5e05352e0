import { describe, expect, it, vi } from 'vitest'
import type { WizardStep } from '@bobbin/shared/steps'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.testing.ts'
import { shortTimings } from './host-stand-in.testing.ts'
import type { ProgressEvent } from './options.ts'
import { standInForWizard, type WizardStandIn } from './wizard-stand-in.testing.ts'

/** The host does not get through to the page: what it knows, it has from the documents in its window. */
const at = useFlowStandIns()

function enter(docId: string): WizardStandIn {
  return standInForWizard(at.page, at.page.windows.at(-1), docId)
}

/** A trip to the provider may take longer than the host may be silent, as it does in truth. */
function allowLongTrips(): void {
  const timings = { ...shortTimings, away: 20_000 }
  at.host.answerClaims({ timings })
}

function goSilent(): void {
  at.host.relay = 'down'
  at.host.cutStreams()
}

describe('a host that is not heard', () => {
  it('loses no step and no result of a trip to the provider: the document that comes back is greeted', async () => {
    const told = vi.fn<(event: ProgressEvent) => void>()
    const promise = at.connect.addSource({ ...options, onEvent: told })
    const before = enter('before')
    await at.claimed()
    await before.met()
    goSilent()
    before.tell(2, 'step', { step: 'oauth', source_id: 7 })
    before.tell(3, 'away', { provider: 'CRM' })
    await until(() => told.mock.calls.at(-1)?.[0].type === 'away')
    before.die()

    const after = enter('after')
    after.tell(2, 'step', { step: 'oauth', source_id: 7 })
    after.tell(3, 'away', { provider: 'CRM' })
    after.tell(4, 'back', { error: null })
    after.tell(5, 'completed', result)
    expect(await promise).toEqual(result)
    expect(told.mock.calls.map(([{ type }]) => type)).toEqual(['opened', 'claimed', 'step', 'away', 'back'])
  })

  it('is not made up for by a document that no longer answers', async () => {
    const promise = at.connect.addSource(options)
    const wizard = enter('one')
    await at.claimed()
    await wizard.met()
    wizard.tell(2, 'step', { step: 'form', source_id: null })
    goSilent()
    wizard.die()
    expect(await settled(promise)).toMatchObject({
      step: 'form',
      code: 'RelayUnreachable',
      resume: expect.any(Function),
    })
  })

  it.each<[string, WizardStep | null, object]>([
    ['is in doubt while its step is not known', null, { code: 'RelayUnreachable' }],
    ['is in doubt on the way to the provider', 'oauth', { code: 'RelayUnreachable' }],
    ['is closed at another step', 'form', { code: 'AppClosedPrematurely', certainty: 'confirmed' }],
  ])('leaves a window that reads closed alone: it %s', async (_, step, error) => {
    at.host.relay = 'down'
    allowLongTrips()
    const promise = at.connect.addSource(options)
    const wizard = enter('one')
    await wizard.met()
    await until(() => at.host.claims.length > 0)
    const told = at.page.windows[0]?.messages.length ?? 0
    if (step) wizard.tell(2, 'step', { step, source_id: null })
    // Unheard, the page greets on and on.
    await until(() => (at.page.windows[0]?.messages.length ?? 0) > told + 2)
    Object.assign(at.page.windows[0] ?? {}, { closed: true })
    wizard.die()
    expect(await settled(promise)).toMatchObject(error)
  })

  it('waits at the provider for a window that is still open, though nobody said where it is', async () => {
    at.host.relay = 'down'
    allowLongTrips()
    const promise = at.connect.addSource(options)
    const before = enter('before')
    await before.met()
    before.die()
    const { relayDown, call } = shortTimings
    const waited = new Promise((resolve) => setTimeout(resolve, relayDown + call + 200, 'waited'))
    expect(await Promise.race([settled(promise), waited])).toBe('waited')
    enter('after').tell(2, 'completed', result)
    expect(await promise).toEqual(result)
  })
})

describe('a host that says it knows no such flow', () => {
  it('is not believed while a wizard answers', async () => {
    const promise = at.connect.addSource(options)
    const wizard = enter('one')
    await at.claimed()
    await wizard.met()
    const said = at.page.windows[0]?.messages.length ?? 0
    at.host.relay = 'unknown'
    at.host.cutStreams()
    // It was asked, and was not what counts: the page greets on.
    await until(() => (at.page.windows[0]?.messages.length ?? 0) > said + 2)
    wizard.tell(2, 'completed', result)
    expect(await promise).toEqual(result)
  })
})

describe('a click just after the window was closed', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['calls again', () => at.connect.addSource(options)],
    ['resumes', () => at.connect.resume()],
  ])('%s, and is not swallowed', async (_, click) => {
    const told = vi.fn<(event: ProgressEvent) => void>()
    const promise = settled(at.connect.addSource({ ...options, onEvent: told }))
    const wizard = enter('one')
    await at.claimed()
    await wizard.met()
    // What comes by the link shows that this side of it is up.
    wizard.tell(2, 'step', { step: 'form', source_id: null })
    await until(() => told.mock.calls.at(-1)?.[0].type === 'step')
    at.host.tell('step', { step: 'form', source_id: null })
    Object.assign(at.page.windows[0] ?? {}, { closed: true })
    const again = click()
    await until(() => at.page.windows.length === 2)
    expect(at.page.windows[1]?.url.href).toBe(at.page.windows[0]?.url.href)
    at.host.tell('completed', result)
    expect(await again).toEqual(result)
    expect(await promise).toEqual(result)
  })
})
