import type { StreamSettings } from '../../http/event-stream.ts'
import type { Registry } from '../../../connectors/registry.ts'
import type { EventLog } from '../../nouns/events/events.ts'
import { type Checks, checkTopic } from '../../nouns/checks/checks.ts'
import type { Sources } from '../../nouns/sources/sources.ts'
import { checkEvent, recordedCheckEvent, type Check } from '@bobbin/shared/check'
import { walkOf } from '@bobbin/shared/steps'
import { z } from 'zod'
import { AppError } from '../../ground/app-error.ts'
import { readLastEventId, sendEvents } from '../../http/event-stream.ts'
import type { ConnectApi } from './connect-api.ts'
import { pageReply, readSliceQuery } from '../../http/paging.ts'

/** The checks of a source are ordered by when they were asked for, and then by name. */
const checkPosition = z.tuple([z.number().int(), z.string()])

export function serveChecks(
  door: ConnectApi,
  {
    sources,
    checks,
    registry,
    events,
    config,
  }: {
    sources: Pick<Sources, 'get'>
    checks: Checks
    registry: Pick<Registry, 'find'>
    events: Pick<EventLog, 'read' | 'follow'>
    config: StreamSettings
  },
): void {
  door.write('startCheck', async ({ accountId, params: { id } }, tx) => {
    const { type } = await sources.get(accountId, id, tx)
    const info = registry.find(type)?.info
    if (!info || !walkOf(info).includes('discover_schema')) {
      throw new AppError('Conflict', {
        message: 'There is nothing to check in a source of this type.',
        data: { reason: 'no_check' },
      })
    }
    const name = await checks.start(tx, accountId, id)
    return existing(await checks.find(accountId, name, tx))
  })

  door.serve('getLastCheck', async ({ accountId, params: { id } }) => {
    await sources.get(accountId, id)
    return existing(await checks.latest(accountId, id))
  })

  door.serve('listChecks', async ({ accountId, params: { id }, query }) => {
    await sources.get(accountId, id)
    const found = await checks.page(accountId, id, readSliceQuery(query, checkPosition))
    return pageReply(`/v4/sources/${id}/checks`, query, found, found.rows)
  })

  door.serve('getCheck', ({ accountId, params }) => checkOf(accountId, params))

  door.serve('listCheckEvents', async ({ accountId, params, query: { after } }) => {
    await checkOf(accountId, params)
    const recorded = await events.read(checkTopic(params.name), after)
    return { data: recorded.map((event) => recordedCheckEvent.parse(event)) }
  })

  door.serve('followCheck', async ({ accountId, params, request, reply }) => {
    const { status } = await checkOf(accountId, params)
    const after = readLastEventId(request) ?? 0
    const topic = checkTopic(params.name)
    // A client that has seen the end asks again, as event streams do; 204 tells it to stop.
    if (status !== 'running' && (await events.read(topic, after, 1)).length === 0) {
      return void reply.code(204).send()
    }
    return sendEvents(reply, (signal) => follow(topic, after, signal), {
      heartbeat: config.timings.heartbeat,
    })
  })

  /** The check of that name, if it is one of the source's. */
  async function checkOf(accountId: number, { id, name }: { id: number; name: string }): Promise<Check> {
    await sources.get(accountId, id)
    if (!name.startsWith(`${accountId}.${id}.check.`)) throw new AppError('NotFound')
    return existing(await checks.find(accountId, name))
  }

  async function* follow(topic: string, after: number, signal: AbortSignal) {
    for await (const { seq, type, data } of events.follow(topic, after, signal)) {
      const event = checkEvent.parse({ type, data })
      yield { seq, data: event }
      if (event.type === 'finished') return
    }
  }
}

function existing<Thing>(thing: Thing | null): Thing {
  if (thing === null) throw new AppError('NotFound')
  return thing
}
