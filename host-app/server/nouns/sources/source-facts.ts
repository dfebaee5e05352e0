import type { FeedWriter } from '../events/events.ts'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { askedIn, missingSettings } from '@bobbin/shared/setting-rules'
import type { Verdict } from '@bobbin/shared/check-verdict'
import { walkOf, type WizardStep } from '@bobbin/shared/steps'
import type { Kysely } from 'kysely'
import type { Registry } from '../../../connectors/registry.ts'
import type { CredentialStore, DescribedCredentials } from '../credentials/credentials.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { shownEnd } from './shown-end.ts'
import { infoOfSource } from './source-info.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/** What a source asks of its streams, which know of sources and not the other way round. */
export interface Selections {
  /** Which of the sources have at least one stream with at least one field selected. */
  findUsable(db: Kysely<Tables>, accountId: number, sourceIds: readonly number[]): Promise<Set<number>>
  /** Gives a source that has no streams those of another, with all that was chosen among them. */
  copy(
    tx: Transaction,
    events: FeedWriter,
    accountId: number,
    fromSourceId: number,
    toSourceId: number,
  ): Promise<void>
}

/** What is known of a source beside its row. */
export interface Facts {
  readonly credentials: DescribedCredentials
  readonly finished: ReadonlySet<WizardStep>
}

/** Finds what is known of sources beside their rows. With `tx`, what the transaction wrote counts. */
export interface SourceFacts {
  /** Of sources of one account, by id; as many statements for all of them as for one. */
  of(accountId: number, rows: readonly SourceRow[], tx?: Transaction): Promise<Map<number, Facts>>
  /** The steps whose work is done on the source itself. In a write they are found once for each state of the source. */
  finishedSteps(row: SourceRow, tx?: Transaction): Promise<ReadonlySet<WizardStep>>
}

/**
 * Finished is: form — every needed setting that shows has a value; oauth — the grant stands, and what is asked for after
 * it has a value;
 * discover_schema — a check of exactly these settings succeeded; field_selection — a stream with at least
 * one field is selected.
 */
export function createSourceFacts({
  database,
  registry,
  credentials,
  selections,
}: {
  database: Pick<Database, 'read'>
  registry: Pick<Registry, 'find'>
  credentials: Pick<CredentialStore, 'describeAll'>
  selections: Pick<Selections, 'findUsable'>
}): SourceFacts {
  async function of(accountId: number, rows: readonly SourceRow[], tx?: Transaction) {
    const db = tx?.db ?? database.read
    const having = (step: WizardStep) =>
      rows.filter((row) => infoOfSource(registry, row)?.steps.includes(step)).map(({ id }) => id)
    // Of a type in which nothing is discovered: its check stops nobody where it cannot tell.
    const verified = rows.filter((row) => infoOfSource(registry, row)?.is_checked).map(({ id }) => id)
    const ids = rows.map(({ id }) => id)
    const described = await credentials.describeAll(accountId, ids, tx)
    const checked = new Set([
      ...(await findChecked(db, accountId, having('discover_schema'), ['works'])),
      ...(await findChecked(db, accountId, verified, ['works', 'unknown'])),
    ])
    const selected = await selections.findUsable(db, accountId, having('field_selection'))

    const facts = rows.map((row): [number, Facts] => {
      const { form = null, oauth = null, end: ends = null } = described.get(row.id) ?? {}
      const end = shownEnd(registry, row, ends)
      const info = infoOfSource(registry, row)
      const isFinished = (step: WizardStep) => {
        if (step === 'form') return info !== undefined && isFormComplete(info, row, form?.names ?? [])
        if (step === 'oauth') return oauth?.status === 'ok' && info !== undefined && isAllChosen(info, row)
        return (step === 'discover_schema' ? checked : selected).has(row.id)
      }
      return [
        row.id,
        { credentials: { form, oauth, end }, finished: new Set(info && walkOf(info).filter(isFinished)) },
      ]
    })
    return new Map(facts)
  }

  async function findFinished(row: SourceRow, tx?: Transaction): Promise<ReadonlySet<WizardStep>> {
    return (await of(row.account_id, [row], tx)).get(row.id)?.finished ?? new Set()
  }

  return {
    of,
    finishedSteps: (row, tx) =>
      tx
        ? tx.derived({ accountId: row.account_id, sourceId: row.id }, 'finished', () => findFinished(row, tx))
        : findFinished(row),
  }
}

/** The sources of which a check of the present settings succeeded, or the last one ended so. */
async function findChecked(
  db: Kysely<Tables>,
  accountId: number,
  ids: readonly number[],
  verdicts: readonly Verdict[],
): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('source')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', 'in', ids)
    .where(({ exists, selectFrom, ref }) =>
      exists(
        selectFrom('check_job')
          .select('name')
          .where('check_job.account_id', '=', accountId)
          .where('check_job.source_id', '=', ref('source.id'))
          .where('check_job.settings_version', '=', ref('source.settings_version'))
          .where(({ or, eb, and }) =>
            or([
              eb('check_job.status', '=', 'succeeded'),
              and([
                eb('check_job.name', '=', ref('source.check_job_name')),
                eb('check_job.verdict', 'in', verdicts),
              ]),
            ]),
          ),
      ),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}

function isFormComplete(info: ConnectorInfo, row: SourceRow, secretNames: readonly string[]): boolean {
  const faults = missingSettings(info.properties, plainProperties(row), new Set(secretNames))
  return askedIn(info.properties, 'form').every(({ name }) => !Object.hasOwn(faults, name))
}

function isAllChosen(info: ConnectorInfo, row: SourceRow): boolean {
  const faults = missingSettings(info.properties, plainProperties(row), new Set())
  return askedIn(info.properties, 'oauth').every(({ name }) => !Object.hasOwn(faults, name))
}
