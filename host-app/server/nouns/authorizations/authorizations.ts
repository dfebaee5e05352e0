import { randomBytes } from 'node:crypto'
import type { AuthorizationStatus } from '@bobbin/shared/connector-catalog'
import type { Selectable } from 'kysely'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { shownId } from '../../ground/shown-id.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import type { EventLog } from '../events/events.ts'
import { type AcknowledgeFlow, type ClaimForBrowser, findFlow, relayTopic } from '../flows/flows.ts'
import type { Sources } from '../sources/sources.ts'
import type { EphemeralTokens, PopupLogin } from '../tokens/tokens.ts'
import { flowOf } from './flow-of.ts'

export type Authorization = Selectable<Tables['popup_authorization']>

/** How one stands, and the source that came of it. */
export interface AuthorizationState {
  readonly status: AuthorizationStatus
  readonly error: { readonly code: string; readonly message: string } | null
  readonly sourceId: number | null
}

/** A cookie of the wizard for one flow. */
interface FlowCookie {
  readonly header: string
  readonly hash: string
}

/**
 * What pages ask for with xkit.js: each is one flow, which begins in the window that the page opened, and whose status the
 * page follows. The page makes no claim: this server does, for the browser that the page's one-time token logged in.
 */
export interface Authorizations {
  /** @throws {AppError} SourceNotFound, RateLimited */
  create(
    tx: Transaction,
    accountId: number,
    about: { type: string; sourceId: number | null; origin: string; madeBy: string | null },
  ): Promise<Authorization>
  /** Null for another account's. */
  find(accountId: number, id: string, tx?: Transaction): Promise<Authorization | null>
  state(one: Authorization, tx?: Transaction): Promise<AuthorizationState>
  /**
   * The flow of it, begun for the browser of this cookie where nobody has begun it. Only a window that is logged in for its
   * account and its page gets there.
   * @throws {AppError} NotFound; FlowExpired when it was not begun in time; what refuses a claim
   */
  begin(
    tx: Transaction,
    login: PopupLogin,
    id: string,
    issueCookie: (flowId: string) => FlowCookie,
  ): Promise<{ flowId: string; cookie: FlowCookie | null }>
  /** The page was told how it ended: its window may close, which a page cannot do to one that was at a provider. */
  noteTold(one: Authorization): Promise<void>
  /** Calls back whenever its state may have changed. Returns the way to stop. */
  watch(one: Authorization, changed: () => void): () => void
  /** Deletes those of the day before. */
  deleteOld(): Promise<void>
}

/** From the page's call to the window's start, which follows at once; a person may reload in between. */
const startLifetime = 10 * 60_000
const kept = 24 * 3_600_000
/** Of an account, that nobody has begun: a page that asks for more asks in a loop. */
const mostWaiting = 100

const topicOf = (id: string) => `authorization:${id}`

export function createAuthorizations({
  database,
  events,
  registry,
  sources,
  ephemeralTokens,
  claimForBrowser,
  acknowledge,
  now,
}: {
  database: Database
  events: EventLog
  registry: Pick<Registry, 'find'>
  sources: Pick<Sources, 'get' | 'finishedSteps'>
  ephemeralTokens: Pick<EphemeralTokens, 'create'>
  claimForBrowser: ClaimForBrowser
  acknowledge: AcknowledgeFlow
  now: () => number
}): Authorizations {
  async function find(accountId: number, id: string, tx?: Transaction) {
    const row = await (tx?.db ?? database.read)
      .selectFrom('popup_authorization')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .executeTakeFirst()
    return row ?? null
  }

  async function requireRoom(tx: Transaction, accountId: number): Promise<void> {
    const { count } = await tx.db
      .selectFrom('popup_authorization')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('flow_id', 'is', null)
      .where('start_until', '>', now())
      .executeTakeFirstOrThrow()
    if (Number(count) < mostWaiting) return
    throw new AppError('RateLimited', {
      message: `At most ${mostWaiting} authorizations of an account may wait to be begun.`,
    })
  }

  return {
    find,

    async create(tx, accountId, { type, sourceId, origin, madeBy }) {
      if (sourceId !== null) await sources.get(accountId, sourceId, tx)
      await requireRoom(tx, accountId)
      return tx.db
        .insertInto('popup_authorization')
        .values({
          id: shownId(),
          account_id: accountId,
          origin,
          made_by: madeBy,
          type,
          source_id: sourceId,
          flow_id: null,
          created_at: now(),
          start_until: now() + startLifetime,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
    },

    async state({ flow_id: flowId, source_id: sourceId }, tx) {
      const flow = flowId === null ? null : await findFlow(tx?.db ?? database.read, flowId)
      const outcome = flow?.outcome
      if (outcome?.kind === 'completed') {
        return { status: 'active', error: null, sourceId: outcome.result.id }
      }
      // Who closes the window, or presses Cancel there, has refused nothing: for xkit.js it is still awaited.
      const error = outcome?.error ?? null
      return {
        status: error ? 'error' : 'awaiting_callback',
        error: error && { code: error.code, message: error.message },
        sourceId: flow?.source_id ?? sourceId,
      }
    },

    async begin(tx, { accountId, origin }, id, issueCookie) {
      const one = await find(accountId, id, tx)
      if (one?.origin !== origin) throw new AppError('NotFound')
      if (one.flow_id !== null) return { flowId: one.flow_id, cookie: null }
      if (one.start_until <= now()) throw new AppError('FlowExpired')
      const { scope, request } = await flowOf({ registry, sources }, tx, one)
      const token = await ephemeralTokens.create(
        tx,
        accountId,
        { ...scope, allowed_origins: [origin] },
        one.made_by ?? undefined,
      )
      const flowId = randomBytes(16).toString('base64url')
      // Nobody has the key: the page follows the authorization, not the flow.
      const cookie = issueCookie(flowId)
      const appKey = randomBytes(32).toString('base64url')
      await claimForBrowser(
        tx,
        flowId,
        { ...request, ephemeral_token: token, app_key: appKey, display: 'popup' },
        { origin, cookieHash: cookie.hash },
      )
      await tx.db
        .updateTable('popup_authorization')
        .set({ flow_id: flowId })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .execute()
      await events.append(tx, topicOf(id), 'begun', { flow_id: flowId })
      return { flowId, cookie }
    },

    async noteTold({ flow_id: flowId }) {
      const flow = flowId === null ? null : await findFlow(database.read, flowId)
      if (flow) await acknowledge(flow, Infinity)
    },

    watch({ id, account_id: accountId, flow_id: begun }, changed) {
      let stop = () => {}
      let isOver = false
      const follow = (flowId: string) => {
        stop()
        stop = events.watch(relayTopic(flowId), changed)
      }
      const lookForFlow = async () => {
        const now = await find(accountId, id)
        if (!isOver && now?.flow_id) follow(now.flow_id)
      }
      if (begun !== null) follow(begun)
      // What cannot be read now cannot be read by who hears of the change either, and is said there.
      else
        stop = events.watch(
          topicOf(id),
          () =>
            void lookForFlow()
              .catch(() => {})
              .then(changed),
        )
      return () => {
        isOver = true
        stop()
      }
    },

    async deleteOld() {
      await database.write(async (tx) => {
        const gone = await tx.db
          .deleteFrom('popup_authorization')
          .where('created_at', '<', now() - kept)
          .returning('id')
          .execute()
        const topics = gone.map(({ id }) => topicOf(id))
        if (topics.length > 0) await events.erase(tx, topics)
      })
    },
  }
}
