import { sql, type SqlBool } from 'kysely'

/** What a check has found and not yet published is nobody's to see, to count or to choose. */
export const isPublished = (accountId: number, sourceId: number) =>
  sql<SqlBool>`stream.since <= (select edition from source where id = ${sourceId} and account_id = ${accountId})`
