import { timings, type Timings } from '@bobbin/shared/timings'

/** The time limits that concern the page, in milliseconds; the claim's reply may bring the host's own. */
export type Limits = Pick<
  Timings,
  | 'load'
  | 'claim'
  | 'hello'
  | 'call'
  | 'closeGrace'
  | 'closePoll'
  | 'away'
  | 'uncertain'
  | 'relayDown'
  | 'heartbeat'
>

export const defaultLimits: Limits = {
  load: timings.load,
  claim: timings.claim,
  hello: timings.hello,
  call: timings.call,
  closeGrace: timings.closeGrace,
  closePoll: timings.closePoll,
  away: timings.away,
  uncertain: timings.uncertain,
  relayDown: timings.relayDown,
  heartbeat: timings.heartbeat,
}
