import type { AnyDatabase } from './columns.ts'

/** What a connector took down at the vendor before its grant is revoked, or could not. */
export async function cleanUps(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('given_up_grant').addColumn('clean_up', 'text').execute()
}
