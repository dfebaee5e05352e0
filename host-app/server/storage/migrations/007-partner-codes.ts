import type { AnyDatabase } from './columns.ts'

/** A partner's code may stand for an account that is created when the code is exchanged. */
export async function partnerCodes(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('partner_code').addColumn('person', 'text').execute()
  await db.schema.alterTable('partner_code').addColumn('made_by', 'text').execute()
}
