import { randomBytes } from 'node:crypto'
import { secretHash } from '../../ground/secret-hash.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { type CustomerToken, liveToken, withMaker } from './customer-tokens.ts'

/** Whom a window is logged in for: the account, and the page that opened it. */
export interface PopupLogin {
  readonly accountId: number
  readonly origin: string
}

/**
 * The logins of windows that pages open: by a token in their address, good once and for a minute, which becomes a cookie of
 * the browser. Both are stored as hashes, and end with the customer token of the page.
 */
export interface PopupLogins {
  issue(tx: Transaction, token: Pick<CustomerToken, 'accountId' | 'hash'>, origin: string): Promise<string>
  /** The secret of the browser's cookie; null where the token is not good, or was made for another page than this. */
  spend(tx: Transaction, token: string, origin: string): Promise<string | null>
  /** Whose window it is; null where the cookie is not good. */
  find(tx: Transaction, secret: string): Promise<PopupLogin | null>
  /** Deletes those that are over. */
  deleteOld(): Promise<void>
}

const tokenLifetime = 60_000
/** From login to the start of a flow, in milliseconds: what the page needs, and a person who reloads. */
export const popupLoginLifetime = 10 * 60_000

export function createPopupLogins({ database, now }: { database: Database; now: () => number }): PopupLogins {
  /** Whether the page's token still counts: it was neither revoked nor did it end, nor the session that it was made in. */
  async function isLive(tx: Transaction, hash: string): Promise<boolean> {
    const row = await withMaker(tx.db)
      .where('customer_token.token_hash', '=', hash)
      .where('customer_token.expires_at', '>', now())
      .executeTakeFirst()
    return row !== undefined && liveToken(row) !== null
  }

  return {
    async issue(tx, { accountId, hash }, origin) {
      const token = `bob_ott_${randomBytes(32).toString('base64url')}`
      await tx.db
        .insertInto('popup_login')
        .values({
          token_hash: secretHash(token),
          account_id: accountId,
          origin,
          made_by: hash,
          cookie_hash: null,
          created_at: now(),
          expires_at: now() + tokenLifetime,
        })
        .execute()
      return token
    },

    async spend(tx, token, origin) {
      const secret = randomBytes(32).toString('base64url')
      const row = await tx.db
        .updateTable('popup_login')
        .set({ cookie_hash: secretHash(secret), expires_at: now() + popupLoginLifetime })
        .where('token_hash', '=', secretHash(token))
        .where('origin', '=', origin)
        .where('cookie_hash', 'is', null)
        .where('expires_at', '>', now())
        .returning('made_by')
        .executeTakeFirst()
      return row && (await isLive(tx, row.made_by)) ? secret : null
    },

    async find(tx, secret) {
      const row = await tx.db
        .selectFrom('popup_login')
        .selectAll()
        .where('cookie_hash', '=', secretHash(secret))
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (!row || !(await isLive(tx, row.made_by))) return null
      return { accountId: row.account_id, origin: row.origin }
    },

    async deleteOld() {
      await database.write((tx) => tx.db.deleteFrom('popup_login').where('expires_at', '<', now()).execute())
    },
  }
}
