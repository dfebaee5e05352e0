import type { Source } from '@bobbin/shared/source'
import type { Transaction } from '../storage/database.ts'
import { findFinishedSteps, type StepParts } from './finished-steps.ts'
import { effectiveValues } from './property-rules.ts'
import { emptyReportCard, reportCard } from './report-card.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/** A source as it goes out: without secrets, with its report card. */
export async function viewSource(parts: StepParts, row: SourceRow, tx?: Transaction): Promise<Source> {
  return {
    id: row.id,
    type: row.type,
    display_name: row.display_name,
    name: row.name,
    properties: plainProperties(row),
    schedule: null,
    check_job_name: row.check_job_name,
    paused_at: timestamp(row.paused_at),
    system_paused_at: timestamp(row.system_paused_at),
    deleted_at: timestamp(row.deleted_at),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
    stitch_client_id: row.account_id,
    report_card: await cardOf(parts, row, tx),
  }
}

async function cardOf(parts: StepParts, row: SourceRow, tx?: Transaction) {
  const info = parts.registry.find(row.type)?.info
  if (!info) return emptyReportCard(row.type)
  const { credentials } = parts
  const secrets = await credentials.describe(row.account_id, row.id, 'form', tx)
  const grant = await credentials.describe(row.account_id, row.id, 'oauth', tx)
  const provided = new Set([
    ...Object.keys(effectiveValues(info, plainProperties(row))),
    ...(secrets?.names ?? []),
    ...(grant?.names ?? []),
  ])
  return reportCard(info, provided, await findFinishedSteps(parts, row, tx))
}

function timestamp(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString()
}
