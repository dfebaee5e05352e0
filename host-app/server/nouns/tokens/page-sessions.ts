import { randomBytes } from 'node:crypto'
import { secretHash } from '../../ground/secret-hash.ts'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Reader, Transaction } from '../../store/database.ts'
import { liveToken, withMaker, type CustomerToken } from './customer-tokens.ts'

/**
 * Sessions of pages, each made of a customer token: their secret lies in a cookie that no script reads. One counts for
 * the origin that it was made for alone, so that a page of another cannot sign a browser in for it. It ends with its
 * token, with what made that, and by logout.
 */
export interface PageSessions {
  /**
   * Begins one, and ends the one that the browser had before; that stays where the token was made in it.
   * @returns its secret
   */
  open(
    tx: Transaction,
    token: CustomerToken,
    options: { origin: string; before: string | null },
  ): Promise<string>
  /** The token that it was made of, as one made in the session; null when there is none, or it has ended. */
  find(secret: string, origin: string, reader?: Reader): Promise<CustomerToken | null>
  /** Ends it, and with it the tokens that were made in it. */
  end(tx: Transaction, secret: string, origin: string): Promise<void>
  /** Deletes those whose time is over. */
  deleteOld(): Promise<void>
}

export function createPageSessions({
  database,
  now,
}: {
  database: Database
  now: () => number
}): PageSessions {
  async function find(secret: string, origin: string, reader: Reader = database.read) {
    const hash = secretHash(secret)
    const { rows } = await tokenOfSession(reader, { hash, origin, time: now() })
    const [row] = rows
    const token = row ? liveToken(row) : null
    return token && { ...token, sessionHash: hash }
  }

  async function end(tx: Transaction, secret: string, origin: string) {
    const ended = await tx.db
      .deleteFrom('page_session')
      .where('session_hash', '=', secretHash(secret))
      .where('origin', '=', origin)
      .returning(['account_id', 'session_hash'])
      .executeTakeFirst()
    if (!ended) return
    await tx.db
      .deleteFrom('customer_token')
      .where('account_id', '=', ended.account_id)
      .where('session_hash', '=', ended.session_hash)
      .execute()
  }

  return {
    async open(tx, token, { origin, before }) {
      if (before !== null) {
        const old = await find(before, origin, tx.db)
        // Its token would end with it, and the new session with the token.
        if (old && old.sessionHash === token.sessionHash) return before
        await end(tx, before, origin)
      }
      const secret = randomBytes(32).toString('base64url')
      await tx.db
        .insertInto('page_session')
        .values({
          session_hash: secretHash(secret),
          account_id: token.accountId,
          token_hash: token.hash,
          origin,
          created_at: now(),
          expires_at: token.expiresAt,
        })
        .execute()
      return secret
    },
    find,
    end,
    async deleteOld() {
      await database.write((tx) => tx.db.deleteFrom('page_session').where('expires_at', '<', now()).execute())
    },
  }
}

const tokenOfSession = compileOnce(
  (db, { hash, origin, time }: { hash: string; origin: string; time: number }) =>
    withMaker(db)
      .innerJoin('page_session', (join) =>
        join
          .onRef('page_session.token_hash', '=', 'customer_token.token_hash')
          .onRef('page_session.account_id', '=', 'customer_token.account_id'),
      )
      .where('page_session.session_hash', '=', hash)
      .where('page_session.origin', '=', origin)
      .where('customer_token.expires_at', '>', time),
)
