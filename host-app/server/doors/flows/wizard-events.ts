import type { CheckEvent } from '@bobbin/shared/check'
import { pageErrors } from '@bobbin/shared/page-errors'
import { isTerminal, type FlowEvent } from '@bobbin/shared/window-protocol'
import type { WizardEvent } from '@bobbin/shared/wizard-api'
import type { EventLog } from '../../nouns/events/events.ts'
import {
  type Flow,
  type NewestDocument,
  type WizardNotice,
  findFlow,
  relayTopic,
  wizardTopic,
} from '../../nouns/flows/flows.ts'
import type { Presence, PresentDocument, UnclaimedFlows } from '../../nouns/presence/presence.ts'
import type { Database } from '../../store/database.ts'

interface WizardStream {
  flowId: string
  /** Where it comes from. */
  address: string
  document: PresentDocument
  cookieHash: string
  /** The relay's `seq` up to which this same document was told before its stream was cut; null at first. */
  resumeAfter: number | null
  signal: AbortSignal
}

type Sent = { seq?: number; data: WizardEvent }

export type FollowDocument = (stream: WizardStream) => AsyncGenerator<Sent, void, void>

export function createWizardEvents({
  database,
  events,
  presence,
  unclaimed,
  newest,
  claimTime,
}: {
  database: Database
  events: EventLog
  presence: Pick<Presence, 'enter'>
  unclaimed: Pick<UnclaimedFlows, 'takeStream' | 'onRefused'>
  newest: Pick<NewestDocument, 'open'>
  /** Milliseconds that a document waits for the claim. */
  claimTime: number
}): FollowDocument {
  /**
   * What one wizard document is told, from its first moment to its end: that the flow is claimed, what the
   * page is told (to pass on), how the shown check goes, and that another document took its place.
   * Its being open is also what proves that the document lives; see `presence.ts`.
   */
  async function* followDocument(stream: WizardStream): AsyncGenerator<Sent, void, void> {
    const { flowId, document, signal } = stream
    const waker = createWaker(events, flowId, signal)
    const ended = new AbortController()
    const listening = { ...stream, signal: AbortSignal.any([signal, ended.signal]) }
    const enter = () =>
      presence.enter(flowId, document, () => {
        ended.abort()
        waker.wake()
      })
    let leave: (() => void) | null = null
    try {
      let claimed = await findFlow(database.read, flowId)
      if (!claimed) {
        leave = enter()
        const place = unclaimed.takeStream(stream.address)
        const waiting = { ...listening, signal: AbortSignal.any([listening.signal, place.signal]) }
        place.signal.addEventListener('abort', waker.wake)
        try {
          claimed = yield* untilClaimed(waiting, waker)
        } finally {
          place.leave()
        }
      }
      if (!claimed) return
      const { cookieHash, resumeAfter } = stream
      const opened = { doc: document.doc, cookieHash, isBack: resumeAfter !== null }
      const flow = await database.write((tx) => newest.open(tx, flowId, opened))
      if (typeof flow === 'string') return yield { data: { type: flow } }
      leave ??= enter()
      yield* follow(listening, waker)
    } finally {
      leave?.()
      waker.stop()
    }
  }

  /** Waits for the claim, passing on claims that were refused. Null when the document left before. */
  async function* untilClaimed(
    { flowId, signal }: WizardStream,
    waker: Waker,
  ): AsyncGenerator<Sent, Flow | null, void> {
    yield { data: { type: 'unclaimed' } }
    const told: WizardEvent[] = []
    const tell = (data: Extract<WizardEvent, { type: 'refused' }>['data']) => {
      told.push({ type: 'refused', data })
      waker.wake()
    }
    const stop = unclaimed.onRefused(flowId, tell)
    const { sentence } = pageErrors.AppLoadTimeout
    const giveUp = setTimeout(() => tell({ code: 'AppLoadTimeout', message: sentence, data: {} }), claimTime)
    try {
      while (!signal.aborted) {
        const next = waker.next()
        for (const data of told.splice(0)) yield { data }
        const flow = await findFlow(database.read, flowId)
        if (flow) return flow
        await next
      }
      return null
    } finally {
      clearTimeout(giveUp)
      stop()
    }
  }

  async function* follow(
    { flowId, document: { doc }, resumeAfter, signal }: WizardStream,
    waker: Waker,
  ): AsyncGenerator<Sent, void, void> {
    // From the flow's first event on: a page that cannot hear the relay has it from this document alone.
    let relaySeq = resumeAfter ?? 0
    let noticeSeq = await events.last(wizardTopic(flowId))
    let check = null as { name: string; seq: number } | null
    yield { seq: relaySeq, data: { type: 'state' } }

    while (!signal.aborted) {
      const next = waker.next()
      for (const event of (await events.read(relayTopic(flowId), relaySeq)) as FlowEvent[]) {
        relaySeq = event.seq
        yield { seq: event.seq, data: { type: isTerminal(event) ? 'outcome' : 'flow_event', data: event } }
      }
      for (const notice of await events.read(wizardTopic(flowId), noticeSeq)) {
        noticeSeq = notice.seq
        const { type, data } = notice as WizardNotice & { seq: number }
        if (type === 'acknowledged') yield { data: { type } }
        if (type === 'superseded' && data.by !== doc) return yield { data: { type } }
      }
      const shown = (await findFlow(database.read, flowId))?.check_name ?? null
      if (shown !== null && shown !== check?.name) check = { name: shown, seq: 0 }
      if (check) {
        waker.watch(`check:${check.name}`)
        for (const { seq, type, data } of await events.read(`check:${check.name}`, check.seq)) {
          check.seq = seq
          const event = { type, data } as CheckEvent
          yield { data: { type: 'check', data: { name: check.name, seq, event } } }
        }
      }
      await next
    }
  }

  return followDocument
}

interface Waker {
  /** Resolves at the next wake. Ask for it before looking, so that nothing falls between. */
  next(): Promise<void>
  wake(): void
  /** Also wakes for this topic, instead of the one watched so before. */
  watch(topic: string): void
  stop(): void
}

function createWaker(events: Pick<EventLog, 'watch'>, flowId: string, signal: AbortSignal): Waker {
  let waiting = Promise.withResolvers<void>()
  const wake = () => waiting.resolve()
  const stops = [events.watch(relayTopic(flowId), wake), events.watch(wizardTopic(flowId), wake)]
  let also: { topic: string; stop: () => void } | null = null
  signal.addEventListener('abort', wake)
  return {
    next() {
      waiting = Promise.withResolvers<void>()
      return waiting.promise
    },
    wake,
    watch(topic) {
      if (also?.topic === topic) return
      also?.stop()
      also = { topic, stop: events.watch(topic, wake) }
    },
    stop() {
      for (const stop of stops) stop()
      also?.stop()
      signal.removeEventListener('abort', wake)
    },
  }
}
