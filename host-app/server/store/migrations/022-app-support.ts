import type { AnyDatabase } from './columns.ts'

/** Where the app of an account has its people helped. */
export async function appSupport(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('account').addColumn('app_support', 'text').execute()
}
