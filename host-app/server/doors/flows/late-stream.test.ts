import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFindFlowInfo } from '../../nouns/flows/flow-info.ts'
import { createFindFlowMethods } from '../../nouns/flows/flow-methods.ts'
import { createFlowPresets } from '../../nouns/flows/flow-presets.ts'
import { createFlowSteps } from '../../nouns/flows/flow-steps.ts'
import { findFlow } from '../../nouns/flows/flow-row.ts'
import { createFlowTrips } from '../../nouns/flows/flow-trips.ts'
import { createNewestDocument } from '../../nouns/flows/newest-document.ts'
import { openProviderWorld, type ProviderWorld } from '../../testing/provider-flow.testing.ts'
import type { TestFlow } from '../../testing/flow.testing.ts'

/**
 * Requests overtake each other: a person may follow the link to the provider before the stream of their document has
 * been heard. What then comes of that document is late, and no return.
 */
let world: ProviderWorld
beforeAll(async () => (world = await openProviderWorld()))
afterAll(() => world.close())

const [first, other] = ['a'.repeat(22), 'b'.repeat(22)]

async function leave(flow: TestFlow, doc: string): Promise<number> {
  const { authorize_ticket: ticket } = (await flow.call('getState')).json() as { authorize_ticket: string }
  return (await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}&doc=${doc}`)).statusCode
}

/** A document's stream is heard for the first time. */
async function openStream(flow: TestFlow, doc: string): Promise<void> {
  const { services } = world.test
  const presets = createFlowPresets(services.keyRing)
  const findMethods = createFindFlowMethods(services)
  const parts = { ...services, presets }
  const steps = createFlowSteps({ ...parts, infoOf: createFindFlowInfo({ ...parts, findMethods }) })
  const newest = createNewestDocument({ ...services, steps, trips: createFlowTrips({ ...parts, steps }) })
  const { cookie_hash: cookieHash } = (await findFlow(services.database.read, flow.id)) ?? {}
  await services.database.write((tx) =>
    newest.open(tx, flow.id, { doc, cookieHash: cookieHash ?? '', isBack: false }),
  )
}

/** What the page was told of where the window is. */
const places = async (flow: TestFlow) =>
  (await flow.relay())
    .filter(({ type }) => ['here', 'away', 'back'].includes(type))
    .map(({ type, data }) => ('doc' in data ? `${type} ${data.doc}` : type))

it('a document that has left for the provider is not back when its stream comes late', async () => {
  const flow = await world.begin()
  expect(await leave(flow, first)).toBe(302)
  await openStream(flow, first)
  expect(await places(flow)).toEqual([`here ${first}`, 'away'])
  expect((await findFlow(world.test.services.database.read, flow.id))?.away_at).not.toBeNull()

  // Another document is: by the back button, or out of the browser's cache.
  await openStream(flow, other)
  expect(await places(flow)).toEqual([`here ${first}`, 'away', 'back', `here ${other}`])
})

it('one whose stream was heard leaves as it is', async () => {
  const flow = await world.begin()
  await openStream(flow, first)
  expect(await leave(flow, first)).toBe(302)
  expect(await places(flow)).toEqual([`here ${first}`, 'away'])
})

it('a second window that leaves at once has taken over from the one that is at the provider', async () => {
  const flow = await world.begin()
  await openStream(flow, first)
  await leave(flow, first)
  expect(await leave(flow, other)).toBe(302)
  await openStream(flow, other)
  expect(await places(flow)).toEqual([`here ${first}`, 'away', 'back', `here ${other}`, 'away'])
})

it('a name that is none changes nothing of the way', async () => {
  const flow = await world.begin()
  expect(await leave(flow, '../x')).toBe(302)
  expect(await places(flow)).toEqual(['away'])
})
