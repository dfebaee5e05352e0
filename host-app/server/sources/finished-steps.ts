import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { WizardStep } from '@bobbin/shared/steps'
import type { Registry } from '../../connectors/registry.ts'
import type { CredentialStore } from '../credentials/credential-store.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { hasUsableSelection } from '../streams/selection-queries.ts'
import { missingFaults } from './property-rules.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

export interface StepParts {
  readonly database: Database
  readonly registry: Registry
  readonly credentials: CredentialStore
}

/**
 * The steps whose work is done on the source itself:
 * form — every needed setting that shows has a value; oauth — the grant stands; discover_schema — a check
 * of exactly these settings succeeded; field_selection — a stream with at least one field is selected.
 */
export async function findFinishedSteps(
  { database, registry, credentials }: StepParts,
  row: SourceRow,
  tx?: Transaction,
): Promise<Set<WizardStep>> {
  const db = tx?.db ?? database.read
  const info = registry.find(row.type)?.info
  const finished = new Set<WizardStep>()
  if (!info) return finished
  const secrets = await credentials.describe(row.account_id, row.id, 'form', tx)
  if (isFormComplete(info, row, secrets?.names ?? [])) finished.add('form')

  if (info.steps.includes('oauth')) {
    const grant = await credentials.describe(row.account_id, row.id, 'oauth', tx)
    if (grant?.status === 'ok') finished.add('oauth')
  }
  if (info.steps.includes('discover_schema')) {
    const check = await db
      .selectFrom('check_job')
      .select('name')
      .where('account_id', '=', row.account_id)
      .where('source_id', '=', row.id)
      .where('settings_version', '=', row.settings_version)
      .where('status', '=', 'succeeded')
      .limit(1)
      .executeTakeFirst()
    if (check) finished.add('discover_schema')
  }
  if (info.steps.includes('field_selection') && (await hasUsableSelection(db, row.account_id, row.id))) {
    finished.add('field_selection')
  }
  return finished
}

function isFormComplete(info: ConnectorInfo, row: SourceRow, secretNames: readonly string[]): boolean {
  const faults = missingFaults(info, plainProperties(row), new Set(secretNames))
  return Object.keys(faults).length === 0
}
