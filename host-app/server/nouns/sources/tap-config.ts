import type { Connector } from '../../../connectors/connector.ts'
import { withoutHostProperties } from '../../../connectors/host-properties.ts'
import { type OpenedCredentials, connectorGrant, granted, grantKind } from '../credentials/credentials.ts'
import type { Transaction } from '../../store/database.ts'
import type { SourceParts } from './source-parts.ts'
import { openSettings } from './source-settings.ts'
import { signInKind } from './source-info.ts'
import { plainProperties, type SourceRow } from './source-row.ts'
import { startDate } from './start-date.ts'

/** The Singer config of a source as it is stored now, and all that it was made from. Never log it. */
export interface TapConfig {
  readonly values: Readonly<Record<string, unknown>>
  /** What a tap is given, as one number each: a change of any is another config. */
  readonly version: readonly (string | number)[]
  readonly form: OpenedCredentials | null
  readonly grant: OpenedCredentials | null
  /** What came with it and is good, by role. */
  readonly others: ReadonlyMap<string, OpenedCredentials>
  /** Whether a tap may renew it: what settings are exchanged for is not its own to keep. */
  readonly isConsent: boolean
}

/**
 * Reads it; refreshes nothing. The row is read first, so that what changes meanwhile gives a version that
 * is refused later, never one that covers what was not seen.
 */
export async function readTapConfig(
  { credentials }: Pick<SourceParts, 'credentials'>,
  connector: Connector,
  row: SourceRow,
  tx?: Transaction,
): Promise<TapConfig> {
  const { account_id: accountId, id } = row
  const { values: settings, form } = await openSettings({ credentials }, connector.info, row, tx)
  const kind = signInKind(connector, row)
  const grant = kind && (await credentials.open(accountId, id, kind, tx))
  const isConsent = kind === 'oauth'
  const others = new Map<string, OpenedCredentials>()
  for (const { role } of (isConsent && connector.oauth?.otherGrants) || []) {
    const other = await credentials.open(accountId, id, grantKind(role), tx)
    if (other?.status === 'ok') others.set(role, other)
  }
  // A tap that is rescheduled while it runs can still hand back what it renewed.
  const plain = withoutHostProperties(plainProperties(row))
  return {
    values: configOf(connector, row, settings, { granted: grant?.values ?? {}, others }),
    version: [
      ...[id, row.settings_version, JSON.stringify(plain), form?.version ?? 0, grant?.version ?? 0],
      ...[...others].flatMap(([role, { version }]) => [role, version]),
    ],
    form,
    grant,
    others,
    isConsent,
  }
}

function configOf(
  connector: Connector,
  row: SourceRow,
  settings: Readonly<Record<string, string>>,
  { granted: tokens, others }: { granted: Readonly<Record<string, string>>; others: TapConfig['others'] },
): Record<string, unknown> {
  const { access_token: accessToken } = tokens
  const theirs = [...others].map(([role, { values }]) => [role, granted(values)] as const)
  if (connector.config) {
    const grant =
      accessToken === undefined
        ? null
        : connectorGrant(
            connector,
            { values: granted(tokens), others: Object.fromEntries(theirs) },
            row.external_account,
          )
    return connector.config({ settings, grant })
  }
  // From the day that the source was made: a start that moved with every run would skip what came between.
  const since = startDate(connector.info.default_start_date, row.created_at)
  // A tap that works with the refresh token itself has it among its properties.
  const named = connector.info.properties
    .map(({ name }) => name)
    .filter((name) => Object.hasOwn(tokens, name))
  return {
    ...(since === null ? {} : { start_date: since }),
    ...settings,
    ...Object.fromEntries(named.map((name) => [name, tokens[name]])),
    ...(accessToken === undefined ? {} : { access_token: accessToken }),
    ...Object.fromEntries(theirs.map(([role, values]) => [`${role}_access_token`, values.access_token])),
  }
}
