import { fileURLToPath } from 'node:url'
import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shop } from '../../testing/shop.testing.ts'
import { page } from '../../testing/flow.testing.ts'
import { openProviderWorld, type ProviderWorld } from '../../testing/provider-flow.testing.ts'
import {
  claimOfShop,
  createSituations,
  doc,
  whatIs,
  type Situation,
  type SituationName,
} from './situations.testing.ts'

/*
 * Every route that changes a flow, raced against each other one that may be asked where it may be asked: what both
 * answer, and all that they leave behind, is what one after the other gives, in one order or the other.
 */

type PostName = {
  [Name in WizardRouteName]: (typeof wizardRoutes)[Name]['method'] extends 'POST' ? Name : never
}[WizardRouteName]
/** The wizard's POSTs, what the browser itself navigates to, and what the page may ask meanwhile. */
type Racer = PostName | 'openPage' | 'authorize' | 'callback' | 'pageClaim' | 'pageCancel'

type Send = (one: Situation) => Promise<LightMyRequestResponse>
const post =
  (name: PostName, body: object = {}): Send =>
  ({ flow }) =>
    flow.call(name, body)
const saveForm = post('saveForm', { display_name: 'Shop', properties: shop.properties })
const saveSelection = (id: string) =>
  post('saveSelection', { changes: [{ tap_stream_id: id, selected: true }], then: 'save' })

/** What may come at any time once the flow is claimed. */
const anytime = { cancelFlow: post('cancelFlow'), pageCancel: cancelAsPage, openPage }

/** What may be asked where; more than one way to ask it are told apart by a number. */
const racers = {
  unclaimed: {
    pageClaim: ({ flow, token }) => flow.claim(token, claimOfShop),
    claimForPage: ({ flow, token }) => {
      const claim = { ...claimOfShop, ephemeral_token: token, app_key: flow.key }
      return flow.call('claimForPage', { claim, opener_origin: page })
    },
    withdrawFlow: post('withdrawFlow'),
    openPage,
  },
  claimed: {
    'reportProof 1': post('reportProof', { origin: page }),
    'reportProof 2': post('reportProof', { origin: 'https://evil.test' }),
    giveConsent: post('giveConsent'),
    saveForm,
    withdrawFlow: post('withdrawFlow'),
    ...anytime,
  },
  atForm: {
    'saveForm 1': saveForm,
    'saveForm 2': post('saveForm', {
      display_name: 'Shop',
      properties: { ...shop.properties, password: 'other' },
    }),
    tryOptions: post('tryOptions', { property: 'folder', properties: {} }),
    'reportPresence 1': post('reportPresence', { doc, state: 'hidden' }),
    'reportPresence 2': post('reportPresence', { doc, state: 'active' }),
  },
  atOAuth: { authorize },
  atChoices: {
    'saveChoices 1': post('saveChoices', { properties: { tenant: 'north' } }),
    'saveChoices 2': post('saveChoices', { properties: { tenant: 'west' } }),
    findOptions: post('findOptions', { property: 'tenant' }),
    goToStep: post('goToStep', { step: 'form' }),
  },
  atProvider: { callback, authorize, goToStep: post('goToStep', { step: 'form' }) },
  atQuestion: {
    replaceAccount: post('replaceAccount'),
    keepAccount: post('keepAccount'),
    addAccount: post('addAccount'),
    authorize,
  },
  atSameAccount: {
    repairSource: ({ flow, connectedId }) => flow.call('repairSource', { source_id: connectedId }),
    keepAccount: post('keepAccount'),
    addAccount: post('addAccount'),
    authorize,
  },
  atFailedCheck: { goToStep: post('goToStep', { step: 'form' }), startCheck: post('startCheck') },
  atSucceededCheck: {
    finishCheck: post('finishCheck'),
    startCheck: post('startCheck'),
    goToStep: post('goToStep', { step: 'form' }),
  },
  atStreams: {
    'saveSelection 1': saveSelection('shop-t1'),
    'saveSelection 2': saveSelection('shop-t2'),
    findStreams: post('findStreams', {
      q: '',
      only_selected: false,
      matching: [],
      ticked: [],
      unticked: [],
      offset: 0,
      with_tally: true,
    }),
    goToStep: post('goToStep', { step: 'form' }),
  },
} satisfies Record<SituationName, Partial<Record<Racer | `${Racer} ${number}`, Send>>>

let world: ProviderWorld
let situations: ReturnType<typeof createSituations>
beforeAll(async () => {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  world = await openProviderWorld({
    BOBBIN_CONNECTORS: [
      file('../../testing/trip-connector.testing.ts'),
      file('../../testing/choice-connector.testing.ts'),
      file('../../testing/shop-connector.testing.ts'),
    ].join(','),
  })
  // What a check finds is for each situation to say.
  await world.test.services.checkRunner.stop()
  situations = createSituations(world)
})
afterAll(() => world.close())

it('every route of the wizard has a race', () => {
  const raced = new Set(Object.values(racers).flatMap((of) => Object.keys(of).map(routeOf)))
  const names = Object.keys(wizardRoutes) as WizardRouteName[]
  const changing = names.filter((name) => wizardRoutes[name].method === 'POST')
  expect([...changing, 'authorize', 'openPage', 'callback'].filter((name) => !raced.has(name))).toEqual([])
})

it('the wizard has no route but these', () => {
  const known = Object.values(wizardRoutes).map(({ method, path }) => `${method} /connect/:id/${path}`)
  expect(routesUnder('/connect/').toSorted()).toEqual(
    [...known, 'GET /connect/:id', 'GET /connect/:id/authorize'].toSorted(),
  )
})

describe.each(Object.keys(racers) as SituationName[])('%s', (name) => {
  const own = Object.entries<Send>(racers[name])
  const all = Object.entries<Send>(name === 'unclaimed' ? racers[name] : { ...racers[name], ...anytime })
  const pairs = own.flatMap((first, index) =>
    all.slice(index).map((second) => [first[0], second[0], first[1], second[1]] as const),
  )

  it.each(pairs)('%s and %s', async (_first, _second, first, second) => {
    async function after(run: (one: Situation) => Promise<LightMyRequestResponse[]>) {
      const one = await situations[name]()
      const replies = await run(one)
      return { replies: replies.map(answerOf), ...(await whatIs(world, one)) }
    }
    const [inTurn, reversed, ...raced] = await Promise.all([
      after(async (one) => [await first(one), await second(one)]),
      after(async (one) => [await second(one), await first(one)].toReversed()),
      after((one) => Promise.all([first(one), second(one)])),
      after(async (one) => (await Promise.all([second(one), first(one)])).toReversed()),
    ])
    for (const one of raced) expect([inTurn, reversed]).toContainEqual(one)
  })
})

const routeOf = (key: string) => key.split(' ', 1)[0] ?? ''

/** What was answered, so far as it does not tell when the state was read. */
function answerOf(reply: LightMyRequestResponse): unknown {
  const { statusCode, headers } = reply
  const { error, data } = headers['content-type']?.includes('json')
    ? reply.json<{ error?: string; data?: { reason?: string; status?: string } }>()
    : {}
  const location = headers.location?.startsWith('/') ? '/connect' : headers.location?.split('?', 1)[0]
  return { statusCode, error, reason: data?.reason, status: data?.status, location }
}

/** The page's own cancel. */
function cancelAsPage({ flow }: Situation): Promise<LightMyRequestResponse> {
  return world.test.app.inject({
    method: 'POST',
    url: `/flows/${flow.id}/cancel`,
    headers: { 'content-type': 'text/plain' },
    payload: JSON.stringify({ app_key: flow.key, reason: 'aborted' }),
  })
}

function openPage({ flow }: Situation): Promise<LightMyRequestResponse> {
  return flow.openPage()
}

function authorize({ flow, ticket }: Situation): Promise<LightMyRequestResponse> {
  return flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
}

function callback({ flow, state }: Situation): Promise<LightMyRequestResponse> {
  return world.callback(flow, { state, code: 'c' })
}

/** As Fastify knows them. */
function routesUnder(prefix: string): string[] {
  const found: string[] = []
  world.test.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .reduce<string[]>((parents, line) => {
      const match = /^(?<indent>[│ ]*)(?:├──|└──) (?<path>\S+)(?: \((?<methods>[^)]+)\))?/u.exec(line)
      if (!match?.groups) return parents
      const depth = (match.groups['indent'] ?? '').length / 4
      const path = (parents[depth - 1] ?? '') + (match.groups['path'] ?? '')
      for (const method of match.groups['methods']?.split(', ') ?? []) {
        if (method !== 'HEAD' && method !== 'OPTIONS') found.push(`${method} ${path}`)
      }
      return [...parents.slice(0, depth), path]
    }, [])
  return found.filter((route) => route.includes(` ${prefix}`))
}
