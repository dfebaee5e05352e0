import type { Logger } from 'pino'
import type { Database } from '../../store/database.ts'

/** When access tokens were last used, to the minute; written apart from the calls that use them. */
export interface TokenUses {
  /** The token is used now. Neither waits nor fails. */
  note(token: { token_hash: string; account_id: number; last_used_at: number | null }): void
  /** Writes what was noted. */
  flush(): Promise<void>
}

const minute = 60_000
/** How long uses are gathered, in milliseconds, so that many tokens share one write. */
const gather = 1_000

export function createTokenUses({
  database,
  now,
  log,
}: {
  database: Database
  now: () => number
  log: Logger
}): TokenUses {
  const noted = new Map<string, { accountId: number; at: number }>()
  let timer: NodeJS.Timeout | null = null

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const uses = [...noted]
    if (uses.length === 0) return
    try {
      await database.write(async ({ db }) => {
        for (const [hash, { accountId, at }] of uses) {
          await db
            .updateTable('access_token')
            .set({ last_used_at: at })
            .where('account_id', '=', accountId)
            .where('token_hash', '=', hash)
            .execute()
        }
      })
    } catch (error) {
      // Nobody waits for it, and the next use notes itself again.
      log.warn({ err: error }, 'the last use of access tokens was not written')
    } finally {
      for (const [hash] of uses) noted.delete(hash)
    }
  }

  return {
    note({ token_hash, account_id, last_used_at }) {
      const at = now()
      if (last_used_at !== null && at - last_used_at < minute) return
      if (!noted.has(token_hash)) noted.set(token_hash, { accountId: account_id, at })
      timer ??= setTimeout(() => void flush(), gather).unref()
    },
    flush,
  }
}
