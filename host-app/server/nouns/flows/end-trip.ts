import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../ground/app-error.ts'
import type { Database } from '../../store/database.ts'
import { type CallbackAnswer, type FoundTrip, type OAuth, refusalOf } from '../oauth/oauth.ts'
import type { Presence } from '../presence/presence.ts'
import type { FlowTrips } from './flow-trips.ts'

/** Between two looks for the end that another process brings about, or two tries to store one. */
const pause = 200

type Parameters = Readonly<Record<string, string>>

/** Resolves when the flow has returned from the trip, whoever brought that about. */
export type EndTrip = (trip: FoundTrip, answer: Parameters) => Promise<void>

/**
 * Ends trips to a provider by the callbacks that come for them. However many come for one trip (a reload, an
 * impatient second click, two processes), the code is exchanged once, the flow returns once, and all of
 * them wait for that; so no late one tells of a refusal before, or after, the success of the first.
 */
export function createEndTrip({
  database,
  oauth,
  trips,
  presence,
  lease,
  now,
}: {
  database: Pick<Database, 'write'>
  oauth: Pick<OAuth, 'redeem' | 'lookAgain' | 'noteEnded' | 'keep' | 'giveUp'>
  trips: Pick<FlowTrips, 'findWaiting' | 'comeBack'>
  presence: Pick<Presence, 'expect'>
  /** Milliseconds that one process may have a trip in hand. */
  lease: number
  now: () => number
}): EndTrip {
  const running = new Map<string, Promise<void>>()

  async function end(trip: FoundTrip, parameters: Parameters): Promise<void> {
    const answer = await oauth.redeem(trip.stateHash, trip.slug, parameters)
    if (answer.kind !== 'taken') return settle(trip, answer)
    // Another process has it in hand, or had it when it died.
    if (await awaitEnd(trip)) return
    await settle(trip, { kind: 'refused', refusal: refusalOf('interrupted') })
  }

  /** False when the callback that took the trip has not told its end in all the time that it may need. */
  async function awaitEnd(trip: FoundTrip): Promise<boolean> {
    // An exchange, the naming of the account, and the write.
    const limit = 2 * lease
    const begun = performance.now()
    for (;;) {
      const seen = await oauth.lookAgain(trip)
      if (!seen || seen.isEnded) return true
      const isOverdue = seen.takenAt === null || now() - seen.takenAt >= limit
      if (isOverdue || performance.now() - begun >= limit) return false
      await delay(pause)
    }
  }

  /**
   * What came of the trip, told once, in the write that stores it. The grant of a provider is worth more than
   * one try: it cannot be asked for again.
   */
  async function settle(trip: FoundTrip, answer: Exclude<CallbackAnswer, { kind: 'taken' }>): Promise<void> {
    // From here on silence counts again, and the page's own is not over yet.
    presence.expect(trip.flowId)
    const giveUpAt = performance.now() + lease
    for (;;) {
      try {
        return await database.write(async (tx) => {
          if (!(await oauth.noteEnded(tx, trip.stateHash))) return
          const flow = await trips.findWaiting(tx, trip.flowId)
          if (!flow) {
            if (answer.kind === 'granted') await oauth.giveUp(tx, answer)
            return
          }
          const isAdded = flow.function === 'addSource'
          const outcome =
            answer.kind === 'refused' ? answer.refusal : await oauth.keep(tx, answer, { isAdded })
          await trips.comeBack(tx, flow, outcome)
        })
      } catch (error) {
        const isOurs = error instanceof AppError && error.code !== 'Conflict'
        if (isOurs || performance.now() >= giveUpAt) throw error
        await delay(pause)
      }
    }
  }

  return function endTrip(trip, answer) {
    const { stateHash } = trip
    const ending = running.get(stateHash) ?? end(trip, answer).finally(() => running.delete(stateHash))
    running.set(stateHash, ending)
    return ending
  }
}
