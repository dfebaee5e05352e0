import { sql, type RawBuilder } from 'kysely'
import type { Transaction } from './database.ts'

/** Durable jobs of many accounts that share the same workers. */
export interface SharedQueue {
  readonly table: 'check_job' | 'webhook_delivery' | 'given_up_grant'
  /** Not over yet. By `account_id` these rows have an index, since every turn walks from account to account. */
  readonly isOpen: RawBuilder<boolean>
  /** Of these: waits for a worker, or has lost the one that it had. */
  isDue(at: number): RawBuilder<boolean>
  /** In a worker's hands, in whichever process. */
  isHeld(at: number): RawBuilder<boolean>
  /** Jobs of one account under way at once, in all processes. */
  readonly mostPerAccount: number
}

/**
 * Takes a job of the account whose turn it is; null when nobody has one to do. `pick` chooses among the
 * account's due jobs and takes it, all in the transaction `tx`, since what others hold must not change meanwhile.
 */
export type TakeTurn = <Job>(
  tx: Transaction,
  at: number,
  free: number,
  pick: (accountId: number) => Promise<Job | null>,
) => Promise<Job | null>

/**
 * The one rule by which accounts share workers. They take turns, one job at a time; and an account that has
 * `mostPerAccount` jobs under way, or as many as there are places `free`, is passed over. So nobody ever has
 * more than half, and whoever has nothing under way finds a place, unless as many others as there are
 * places are at it. Whose turn it was is this process's own knowledge; what is under way is everybody's.
 */
export function createTurns(queue: SharedQueue): TakeTurn {
  let last = 0

  return async (tx, at, free, pick) => {
    const most = Math.min(queue.mostPerAccount, free)
    for (const [after, until] of [
      [last, Number.MAX_SAFE_INTEGER],
      [0, last],
    ] as const) {
      let passed: number = after
      for (;;) {
        const accountId = await nextAccount(tx, queue, { after: passed, until, at, most })
        if (accountId === null) break
        const job = await pick(accountId)
        if (job) {
          tx.afterCommit(() => (last = accountId))
          return job
        }
        passed = accountId
      }
    }
    return null
  }
}

/** The next account by number that has something due and may have more under way. */
async function nextAccount(
  { db }: Transaction,
  { table, isOpen, isDue, isHeld }: SharedQueue,
  { after, until, at, most }: { after: number; until: number; at: number; most: number },
): Promise<number | null> {
  const jobs = sql.ref(table)
  const { rows } = await sql<{ id: number }>`
    with recursive accounts(id) as (
      select min(account_id) from ${jobs} where ${isOpen} and account_id > ${after}
      union all
      select (select min(account_id) from ${jobs} where ${isOpen} and account_id > accounts.id)
      from accounts where accounts.id is not null
    )
    select id from accounts
    where id <= ${until}
      and exists (select 1 from ${jobs} where account_id = accounts.id and ${isOpen} and ${isDue(at)})
      and id not in (select account_id from ${jobs} where ${isHeld(at)} group by account_id having count(*) >= ${most})
    limit 1`.execute(db)
  return rows[0]?.id ?? null
}
