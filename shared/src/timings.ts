/**
 * Every time limit of the flow, in milliseconds, in one place. The server may run with others
 * (`BOBBIN_TIMINGS`, for tests only) and hands its own to the client in the claim's reply.
 */
export const timings = {
  /**
   * Open or claim (the later one) until the wizard's first sign of life; then AppLoadTimeout. Also how long
   * a page of the wizard that was asked for later may take.
   */
  load: 30_000,
  /** How long an unclaimed wizard waits for its claim. */
  claim: 60_000,
  /** What the page does beside its claim waits so long: the window's first paint wants the processor. */
  paint: 250,
  /** Between two hellos of the page while the wizard has not answered. */
  hello: 500,
  /** One call over the direct link. */
  call: 5_000,
  /** `popup.closed` read true on a direct link: how long a late result may still arrive. */
  closeGrace: 300,
  /** Between two looks at `popup.closed`. */
  closePoll: 200,
  /** A wizard document's stream ended: how long the next document may take. */
  presenceGrace: 8_000,
  /** The same after the wizard was hidden (a phone switched apps). */
  hiddenGrace: 600_000,
  /** How long an open flow is believed after a restart of the server. */
  restartGrace: 30_000,
  /** A trip to the provider; then the window is assumed closed. */
  away: 600_000,
  /** Away, and the window reads closed: when to say `uncertain`. */
  uncertain: 60_000,
  /** Relay down with no direct link; then RelayUnreachable. */
  relayDown: 60_000,
  /** Between two heartbeats of a stream. */
  heartbeat: 10_000,
  /** Submitting without a hello: how long to wait for one before asking for consent. */
  proof: 2_000,
  /** The done screen closes itself this long after the page's acknowledgement. */
  done: 5_000,
  /** A flow without activity expires. */
  flow: 3_600_000,
  /** A wizard session. */
  session: 43_200_000,
  /** An ephemeral token, unless it asks for less. */
  ephemeralToken: 3_600_000,
  /** A trip to the provider must come back within this. */
  oauthTransaction: 900_000,
  /** A worker's hold on a job. */
  lease: 15_000,
  /** A check whose connector says nothing of any use, neither a phase nor a stream. */
  checkSilence: 60_000,
  /** After a check that could not tell: until it is repeated. It doubles each time, up to sixty of it. */
  recheck: 60_000,
  /** One check, all in all. */
  checkTotal: 3_600_000,
} as const

export type Timings = { readonly [name in keyof typeof timings]: number }
