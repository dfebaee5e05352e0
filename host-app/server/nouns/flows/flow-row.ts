import type { Selectable } from 'kysely'
import type { FlowFunction } from '@bobbin/shared/flow-function'
import type { DefaultStreams, Outcome, Refusal } from '@bobbin/shared/flow'
import type { TokenStreams } from '@bobbin/shared/session'
import type { EditExtent, WizardStep } from '@bobbin/shared/steps'
import { compileOnce } from '../../store/compile-once.ts'
import type { Reader, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'

type Row = Selectable<Tables['flow']>

/** A claimed flow as the rest of the server sees it: JSON columns opened, closed words typed. */
export interface Flow extends Omit<
  Row,
  | 'function'
  | 'allowed_origins'
  | 'default_streams'
  | 'token_streams'
  | 'walked'
  | 'made'
  | 'edit'
  | 'refusal'
  | 'outcome'
  | 'step'
  | 'reopened'
> {
  function: FlowFunction
  allowed_origins: readonly string[]
  default_streams: DefaultStreams | null
  token_streams: TokenStreams | null
  walked: ReadonlySet<WizardStep>
  made: readonly number[]
  edit: EditExtent | null
  refusal: Refusal | null
  outcome: Outcome | null
  step: WizardStep | 'done' | null
  reopened: WizardStep | null
}

/** The flow of this id, of whatever account: its id and key, or its cookie, are the caller's right to it. */
export async function findFlow(db: Reader | Transaction['db'], id: string): Promise<Flow | null> {
  const { rows } = await flowOfId(db, { id })
  return rows[0] ? parseFlow(rows[0]) : null
}

/** Which of these flows were claimed, and have not ended. */
export async function openFlowsOf(db: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('flow')
    .select('id')
    .where('id', 'in', ids)
    .where('status', '=', 'open')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** The flows of the account that are open and show this check. */
export async function openFlowsShowing(
  tx: Transaction,
  accountId: number,
  checkName: string,
): Promise<Flow[]> {
  const rows = await tx.db
    .selectFrom('flow')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('status', '=', 'open')
    .where('check_name', '=', checkName)
    .execute()
  return rows.map(parseFlow)
}

const flowOfId = compileOnce((db, { id }: { id: string }) =>
  db.selectFrom('flow').selectAll().where('id', '=', id),
)

/** Opens the columns that this server itself wrote. */
export function parseFlow(row: Row): Flow {
  return {
    ...row,
    function: row.function as FlowFunction,
    allowed_origins: JSON.parse(row.allowed_origins) as string[],
    default_streams: row.default_streams ? (JSON.parse(row.default_streams) as DefaultStreams) : null,
    token_streams: row.token_streams ? (JSON.parse(row.token_streams) as TokenStreams) : null,
    walked: new Set(JSON.parse(row.walked) as WizardStep[]),
    made: JSON.parse(row.made) as number[],
    edit: row.edit as EditExtent | null,
    refusal: row.refusal ? (JSON.parse(row.refusal) as Refusal) : null,
    outcome: row.outcome ? (JSON.parse(row.outcome) as Outcome) : null,
    step: row.step as Flow['step'],
    reopened: row.reopened as WizardStep | null,
  }
}

/** The event topics of a flow: what the page is told, and what only the wizard's documents are told. */
export const relayTopic = (flowId: string) => `flow:${flowId}`
export const wizardTopic = (flowId: string) => `wizard:${flowId}`

/** What changes together in one step of a flow; columns of the row, still as stored. */
export type FlowChange = Partial<
  Pick<
    Row,
    | 'source_id'
    | 'made'
    | 'cookie_hash'
    | 'doc_id'
    | 'step'
    | 'reopened'
    | 'walked'
    | 'edit'
    | 'check_name'
    | 'proven_at'
    | 'consented_at'
    | 'away_at'
    | 'refusal'
    | 'authorize_round'
    | 'active_at'
  >
>

/** Changes an open flow, and returns it as it is then. One that has ended meanwhile is returned as it was given. */
export async function changeFlow(tx: Transaction, flow: Flow, change: FlowChange): Promise<Flow> {
  const row = await tx.db
    .updateTable('flow')
    .set(change)
    .where('id', '=', flow.id)
    .where('account_id', '=', flow.account_id)
    .where('status', '=', 'open')
    .returningAll()
    .executeTakeFirst()
  return row ? parseFlow(row) : flow
}
