import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import type { Logger } from 'pino'
import { refusedSettingsIn } from '../../../connectors/auth-methods.ts'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import type { ConnectorRunner } from '../../edges/connector-process/connector-runner.ts'
import {
  type CredentialStore,
  type SourceGrants,
  connectorGrant,
  refusedToken,
  tokensIn,
} from '../credentials/credentials.ts'
import type { OAuth } from '../oauth/oauth.ts'
import { type SourceRow, keepRewrittenConfig, openSettings, readTapConfig } from '../sources/sources.ts'
import type { Database } from '../../store/database.ts'
import { accessSentence, readStream } from '../streams/streams.ts'
import type { CheckClock } from './check-clock.ts'
import { secretsIn } from './check-failure.ts'
import type { CheckProgress } from './check-progress.ts'
import type { Finding } from './end-check.ts'

export interface AskParts {
  readonly database: Pick<Database, 'write'>
  readonly credentials: CredentialStore
  readonly connectorRunner: Pick<ConnectorRunner, 'run'>
  readonly oauth: Pick<OAuth, 'freshGrant'>
  readonly log: Logger
  readonly now: () => number
}

/** One run of a check: where its news goes, and what of it must not be seen. */
interface CheckRun {
  readonly progress: CheckProgress
  readonly clock: CheckClock
  readonly signal: AbortSignal
  onSecrets(secrets: (string | null)[]): void
}

/** Has the connector check the source and find its streams. Throws what the runner throws. */
export type AskConnector = (source: SourceRow, connector: Connector, run: CheckRun) => Promise<Finding>

export function createAskConnector(parts: AskParts): AskConnector {
  const { database, credentials, oauth, connectorRunner, log, now } = parts
  return async function askConnector(source, connector, { progress, clock, signal, onSecrets }) {
    const { info } = connector
    const startedAt = now()
    progress.log(`Checking ${isolated(info.name)}.`)
    const { values: settings } = await openSettings({ credentials }, info, source)
    onSecrets(secretsIn(info, settings))
    const { account_id: accountId, id: sourceId, external_account: externalAccount } = source
    const signsInByToken = connector.oauth !== undefined || connector.settingsGrants !== undefined
    const granted = signsInByToken ? await oauth.freshGrant(accountId, sourceId) : null
    const known = [...secretsIn(info, settings), ...tokensIn(granted)]
    onSecrets(known)

    /** A program that the connector starts may renew what it signs in with: what was before is worth nothing then. */
    let given =
      connector.startsProgram !== undefined ? await readTapConfig({ credentials }, connector, source) : null
    async function keep(left: Record<string, unknown>): Promise<void> {
      if (!given) return
      const kept = await keepRewrittenConfig({ database, credentials, now }, connector, source, given, left)
      given = kept.config
      known.push(...secretsIn(info, kept.changed))
      onSecrets(known)
      if (kept.refused.length > 0) {
        progress.log(
          `The tap changed settings that are not its own, which is not kept: ${kept.refused.join(', ')}.`,
        )
      }
      const names = Object.keys(kept.changed)
      if (names.length === 0) return
      progress.log(
        kept.isKept
          ? `Kept what the tap has renewed: ${names.join(', ')}.`
          : 'What the tap has renewed is not kept: the settings were changed meanwhile.',
      )
    }

    const reach: { hasReadable: boolean; locked: DiscoveredStream | null } = {
      hasReadable: false,
      locked: null,
    }
    const ask = (grants: SourceGrants | null) =>
      connectorRunner.run(
        {
          type: source.type,
          calls: 'check',
          settings,
          grant: grants && connectorGrant(connector, grants, externalAccount),
        },
        {
          log: progress.log,
          async config(left) {
            clock.pause()
            await keep(left)
            clock.alive()
          },
          phase(phase) {
            clock.alive()
            progress.phase(phase)
          },
          async stream(found) {
            // While it is stored the connector waits for us, not we for it.
            clock.pause()
            // An operator's connector was perhaps never type-checked. One odd stream is no reason to lose the rest.
            const stream = readStream(found)
            if (stream?.access) reach.locked ??= stream
            else if (stream) reach.hasReadable = true
            if (stream) await progress.add(stream)
            else progress.log('A stream was left out: its description is not valid.')
            clock.alive()
          },
          unnamed: (error) => log.warn({ connector: info.type, error }, 'identify failed'),
        },
        signal,
      )

    /** A token may end before its time, or its provider never said when: then another one decides, once. */
    async function askAgain(error: unknown) {
      const refused = refusedToken(error, granted)
      if (refused === null) throw error
      signal.throwIfAborted()
      const renewed = await oauth.freshGrant(accountId, sourceId, { otherThan: refused })
      known.push(...tokensIn(renewed))
      onSecrets(known)
      progress.log('The token was not taken any more. It is renewed, and the check starts over.')
      try {
        return await startOver(renewed)
      } catch (again) {
        // One that is refused when it is new is no reason to do without the others.
        const less = renewed && withoutRefused(connector, again, renewed)
        if (!less) throw refusedSettingsIn(connector, settings, again)
        progress.log(
          `The vendor does not take the grant ${isolated(less.role)}. The check starts over without it.`,
        )
        return await startOver(less.grants)
      }
    }

    async function startOver(grants: SourceGrants | null) {
      await progress.startOver()
      Object.assign(reach, { hasReadable: false, locked: null })
      clock.alive()
      return await ask(grants)
    }

    const { externalAccount: named, discovered } = await ask(granted).catch(askAgain)
    if (!discovered) return { discovery: null, externalAccount: named }
    const discovery = await progress.discovered()
    const { count } = discovery
    if (reach.locked && !reach.hasReadable) throw nothingReadable(count, reach.locked)
    if (count === 0 && !connector.mayFindNothing) throw new ConnectorError('NothingFound')
    const seconds = ((now() - startedAt) / 1000).toFixed(1)
    progress.log(`Found ${count} ${count === 1 ? 'stream' : 'streams'} in ${seconds} s.`)
    return { discovery, externalAccount: named }
  }
}

/** What is left without the grant that was refused; null where its source ends with it. */
function withoutRefused(
  { oauth }: Pick<Connector, 'oauth'>,
  error: unknown,
  { values, others }: SourceGrants,
): { role: string; grants: SourceGrants } | null {
  const token = refusedToken(error, { values, others })
  const left = Object.entries(others).filter(([, other]) => other.access_token !== token)
  const role = oauth?.otherGrants?.find(
    (other) => !other.fatal && others[other.role]?.access_token === token,
  )?.role
  return token === null || role === undefined
    ? null
    : { role, grants: { values, others: Object.fromEntries(left) } }
}

/** A list of which nothing can be had is no good end of a check. */
function nothingReadable(count: number, { stream, access }: DiscoveredStream): ConnectorError {
  const why = access ? ` ${isolated(stream)}: ${accessSentence(access)}` : ''
  const what =
    count === 1
      ? 'There is one stream, and it cannot be read.'
      : `There are ${count} streams, and none of them can be read.`
  return new ConnectorError('PermissionDenied', { detail: `${what}${why}` })
}
