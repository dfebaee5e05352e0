import { valuesInForce } from '@bobbin/shared/setting-rules'
import type { Logger } from 'pino'
import { type Connector, ConnectorError, isGrantRefused } from '../../../connectors/connector.ts'
import { type ConnectorRunner, silent } from '../../edges/connector-process/connector-runner.ts'
import { type LeasedGivenUp, connectorGrant, granted, roleOfGivenUp } from '../credentials/credentials.ts'
import { type GivenUpTokens, mayRenew } from '../oauth/oauth.ts'
import { type SourceRow, plainProperties } from '../sources/sources.ts'

/** What came of it; `later`: nothing yet. With the tokens as they are then. */
interface CleanedUp {
  readonly end: 'done' | 'failed' | 'later'
  readonly tokens: GivenUpTokens
}

export interface CleanUpParts {
  readonly connectorRunner: Pick<ConnectorRunner, 'run'>
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** How long a connector may take over it, in milliseconds. */
const patience = 15_000
/** A token that ends sooner, in milliseconds, is renewed first. */
const margin = 30_000
/** A clean-up that fails is tried so often: the grant lives on until it is over. */
const mostAttempts = 3

/**
 * Has the connector take down at the vendor what it had put up there, with a token that still lives. Whatever comes of it, the
 * grant is revoked afterwards.
 */
export async function cleanUp(
  { connectorRunner, now, log }: CleanUpParts,
  { connector, source, grant }: { connector: Connector; source: SourceRow; grant: LeasedGivenUp },
  given: GivenUpTokens,
  /** Null where there is none to be had now; `dead` where there never will be. */
  renew: (tokens: GivenUpTokens) => Promise<GivenUpTokens | 'dead' | null>,
  stopping: AbortSignal,
): Promise<CleanedUp> {
  const { type } = connector.info
  const settings = valuesInForce(connector.info.properties, plainProperties(source))
  let tokens = given
  const isRenewable = () => {
    const held = { values: tokens, expiresAt: grant.expires_at, lifetime: null }
    return connector.oauth !== undefined && mayRenew(connector.oauth, roleOfGivenUp(grant), held, now())
  }

  async function attempt(signal: AbortSignal): Promise<CleanedUp['end']> {
    let isRenewed = false
    const isOver = grant.expires_at !== null && grant.expires_at - now() < margin
    if (isOver && isRenewable()) {
      const renewed = await renew(tokens)
      if (renewed === 'dead') return 'failed'
      if (renewed === null) return 'later'
      tokens = renewed
      isRenewed = true
    }
    for (;;) {
      try {
        const asked = connectorGrant(
          connector,
          { values: granted(tokens), others: {} },
          grant.external_account,
        )
        await connectorRunner.run({ type, calls: 'beforeDisconnect', settings, grant: asked }, silent, signal)
        return 'done'
      } catch (error) {
        if (!(error instanceof ConnectorError) || !isGrantRefused(error)) throw error
        if (isRenewed || !isRenewable()) return 'failed'
        const renewed = await renew(tokens)
        if (renewed === 'dead') return 'failed'
        if (renewed === null) return 'later'
        tokens = renewed
        isRenewed = true
      }
    }
  }

  const about = { type, sourceId: grant.source_id }
  try {
    const end = await attempt(AbortSignal.any([stopping, AbortSignal.timeout(patience)]))
    if (end === 'done') log.info(about, 'What the connector had put up at the vendor is taken down.')
    if (end === 'failed')
      log.warn(about, 'The vendor no longer takes the grant: nothing is taken down there.')
    return { end, tokens }
  } catch (error) {
    if (stopping.aborted) return { end: 'later', tokens }
    const code = error instanceof ConnectorError ? error.code : (error as Error).name
    const isLast = grant.attempts + 1 >= mostAttempts
    log.warn(
      { ...about, code },
      `What the connector had put up at the vendor could not be taken down. ${isLast ? 'The grant is revoked all the same.' : 'It is tried again later.'}`,
    )
    return { end: isLast ? 'failed' : 'later', tokens }
  }
}
