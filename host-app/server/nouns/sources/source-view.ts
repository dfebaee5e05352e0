import type { z } from 'zod'
import type { wizardSource } from '@bobbin/shared/flow'
import { valuesInForce } from '@bobbin/shared/setting-rules'
import type { Source } from '@bobbin/shared/source'
import { isoTime, wholeSeconds } from '../../ground/iso-time.ts'
import type { Transaction } from '../../store/database.ts'
import type { Facts } from './source-facts.ts'
import type { SourceParts } from './source-parts.ts'
import { emptyReportCard, reportCard } from './report-card.ts'
import { frequencyOf, scheduleOf } from './schedule.ts'
import { shownEnd } from './shown-end.ts'
import { infoOfSource } from './source-info.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

type ViewParts = Pick<SourceParts, 'registry' | 'facts' | 'now'>

/** A source as it goes out: without secrets, with its report card. */
export async function viewSource(parts: ViewParts, row: SourceRow, tx?: Transaction): Promise<Source> {
  const facts = await parts.facts.of(row.account_id, [row], tx)
  return viewOf(parts, row, facts.get(row.id))
}

/** Sources looked up at once: a statement takes only so many values. */
const atOnce = 500

/** Sources of one account as they go out. */
export async function viewSources(
  parts: ViewParts,
  accountId: number,
  rows: readonly SourceRow[],
): Promise<Source[]> {
  const views: Source[] = []
  for (let start = 0; start < rows.length; start += atOnce) {
    const some = rows.slice(start, start + atOnce)
    const facts = await parts.facts.of(accountId, some)
    views.push(...some.map((row) => viewOf(parts, row, facts.get(row.id))))
  }
  return views
}

/** What the wizard shows of a source, for its form. */
export async function viewForWizard(
  { credentials, registry }: Pick<SourceParts, 'credentials' | 'registry'>,
  row: SourceRow,
  tx?: Transaction,
): Promise<z.infer<typeof wizardSource>> {
  const known = (await credentials.describeAll(row.account_id, [row.id], tx)).get(row.id)
  const end = shownEnd(registry, row, known?.end ?? null)
  return {
    id: row.id,
    display_name: row.display_name,
    properties: plainProperties(row),
    kept_secrets: known?.form?.names ?? [],
    external_account: row.external_account,
    reconnect_by: end?.isNear ? isoTime(end.at) : null,
  }
}

function viewOf({ registry, now }: ViewParts, row: SourceRow, facts: Facts | undefined): Source {
  const info = infoOfSource(registry, row)
  const properties = plainProperties(row)
  const finished = facts?.finished ?? new Set()
  const provided = new Set([
    ...Object.keys(info ? valuesInForce(info.properties, properties) : {}),
    ...(facts?.credentials.form?.names ?? []),
    ...(facts?.credentials.oauth?.names ?? []),
  ])
  const card = info ? reportCard(info, provided, finished) : emptyReportCard(row.type)
  const isRunning =
    row.paused_at === null &&
    row.system_paused_at === null &&
    row.deleted_at === null &&
    card.current_step_type === 'fully_configured'
  return {
    id: row.id,
    type: row.type,
    display_name: row.display_name,
    name: row.name,
    properties: { ...(info && frequencyOf(info)), ...properties },
    schedule:
      info && isRunning ? scheduleOf(info, properties, { createdAt: row.created_at, now: now() }) : null,
    check_job_name: row.check_job_name,
    paused_at: wholeSeconds(row.paused_at),
    system_paused_at: wholeSeconds(row.system_paused_at),
    deleted_at: wholeSeconds(row.deleted_at),
    created_at: wholeSeconds(row.created_at),
    updated_at: wholeSeconds(row.updated_at),
    stitch_client_id: row.account_id,
    oauth_client_id: row.oauth_client_id,
    authorization_expires_at: wholeSeconds(facts?.credentials.end?.at ?? null),
    report_card: card,
  }
}
