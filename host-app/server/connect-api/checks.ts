import { checkEvent } from '@bobbin/shared/check'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../app-error.ts'
import { sendEvents } from '../http/event-stream.ts'
import { serveEndpoint, serveWrite } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'

export function serveChecks(app: FastifyInstance, services: Services): void {
  const { sources, checks, registry, events, config } = services

  serveWrite(app, services, 'startCheck', async ({ accountId, params: { id } }, tx) => {
    const { type } = await sources.get(accountId, id, tx)
    if (!registry.find(type)?.info.steps.includes('discover_schema')) {
      throw new AppError('Conflict', {
        message: 'There is nothing to check in a source of this type.',
        data: { reason: 'no_check' },
      })
    }
    const name = await checks.start(tx, accountId, id)
    return existing(await checks.find(accountId, name, tx))
  })

  serveEndpoint(app, services, 'getLastCheck', async ({ accountId, params: { id } }) => {
    await sources.get(accountId, id)
    return existing(await checks.latest(accountId, id))
  })

  serveEndpoint(app, services, 'followCheck', async ({ accountId, params: { id, name }, request, reply }) => {
    await sources.get(accountId, id)
    if (!name.startsWith(`${accountId}.${id}.check.`)) throw new AppError('NotFound')
    const { status } = existing(await checks.find(accountId, name))
    const after = readLastEventId(request)
    const topic = `check:${name}`
    // A client that has seen the end asks again, as event streams do; 204 tells it to stop.
    if (status !== 'running' && (await events.read(topic, after, 1)).length === 0) {
      return void reply.code(204).send()
    }
    return sendEvents(reply, (signal) => follow(topic, after, signal), {
      heartbeat: config.timings.heartbeat,
    })
  })

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

/** Where a client resumes: the id of the last event it has, or the beginning. */
function readLastEventId(request: FastifyRequest): number {
  const header = request.headers['last-event-id']
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : 0
}
