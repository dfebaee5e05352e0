import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PartnerNotice } from '@bobbin/shared/partner-page'
import { isOwnOrigin } from '../../http/own-origin.ts'
import { clientOf } from '../../ground/client-address.ts'
import type { SendPage } from '../../http/wizard-page.ts'
import type { Accounts } from '../../nouns/accounts/accounts.ts'
import type { AccessTokens, PartnerCodes } from '../../nouns/tokens/tokens.ts'
import type { Database } from '../../store/database.ts'
import { answerLocation } from './answer-location.ts'
import {
  only,
  parseAuthorizationRequest,
  type AuthorizationRequest,
  type PartnerSettings,
} from './authorization-request.ts'
import { formOf } from '../../http/form-body.ts'
import { createFormTickets } from './form-ticket.ts'
import { findSubject, readFilled, type Filled } from './partner-answer.ts'

const path = '/oauth/authorization'
/** Tokens and addresses that can be tried from one network address in a minute. */
const attemptsPerMinute = 10

interface PageSettings extends PartnerSettings {
  readonly url: string
  readonly partnerName: string
  readonly encryptionKeys: readonly { readonly key: Uint8Array }[]
}

/** The page where a person lets the partner into an account, and their answer. */
export function serveAuthorizationPage(
  app: FastifyInstance,
  {
    accounts,
    accessTokens,
    partnerCodes,
    config,
    database,
    now,
  }: {
    accounts: Pick<Accounts, 'isTaken'>
    accessTokens: Pick<AccessTokens, 'authenticate'>
    partnerCodes: Pick<PartnerCodes, 'issue'>
    config: PageSettings
    database: Pick<Database, 'write'>
    now: () => number
  },
  sendPage: SendPage,
): void {
  const tickets = createFormTickets({ url: config.url, keys: config.encryptionKeys, now })
  const countAttempt = app.createRateLimit({
    max: attemptsPerMinute,
    timeWindow: '1 minute',
    keyGenerator: ({ ip }) => `partner:${clientOf(ip)}`,
  })

  app.get(path, (request, reply) => {
    const query = new URLSearchParams(request.url.split('?', 2)[1] ?? '')
    const parsed = parseAuthorizationRequest(config, query)
    if (parsed.kind === 'untrusted')
      return sendPage(reply, { kind: 'notice', notice: 'partner_request' }, 400)
    if (parsed.kind === 'refused') {
      const { redirectUri, state, error, description } = parsed
      return goBack(request, reply, redirectUri, { error, error_description: description, state })
    }
    return ask(request, reply, parsed.request, readFilled(query))
  })

  app.post(path, async (request, reply) => {
    const form = formOf(request)
    const ticket = isOwnOrigin(config.url, request)
      ? tickets.open(request.headers.cookie, only(form, 'ticket') ?? '')
      : null
    if (!ticket) return sendPage(reply, { kind: 'notice', notice: 'partner_answer' }, 403)
    const { request: asked, isFresh } = ticket
    const filled = readFilled(form)
    if (!isFresh) return ask(request, reply, asked, filled, { notice: 'too_old', status: 409 })
    if (only(form, 'answer') !== 'allow') {
      return goBack(request, reply, asked.redirectUri, { error: 'access_denied', state: asked.state })
    }
    const attempts = await countAttempt(request)
    if (!attempts.isAllowed && attempts.isExceeded) {
      reply.header('Retry-After', attempts.ttlInSeconds)
      return ask(request, reply, asked, filled, { notice: 'too_often', status: 429 })
    }
    const found = await findSubject({ accounts, accessTokens }, form)
    if ('errors' in found) {
      return ask(request, reply, asked, { ...filled, errors: found.errors }, { status: 422 })
    }
    const code = await database.write((tx) => partnerCodes.issue(tx, asked, found.subject))
    return goBack(request, reply, asked.redirectUri, { code, state: asked.state })
  })

  function ask(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: AuthorizationRequest,
    filled: Filled,
    { notice = null, status = 200 }: { notice?: PartnerNotice | null; status?: number } = {},
  ): FastifyReply {
    const { secret, header } = tickets.cookie(request.headers.cookie)
    reply.header('Set-Cookie', header)
    const backTo = new URL(asked.redirectUri).origin
    const ticket = tickets.issue(secret, asked)
    return sendPage(
      reply,
      { kind: 'partner', partner: config.partnerName, backTo, ticket, notice, ...filled },
      status,
      [backTo],
    )
  }

  /** The page's own script goes there itself; a browser that sent the form is led. */
  function goBack(
    { method, headers }: FastifyRequest,
    reply: FastifyReply,
    redirectUri: string,
    answer: Record<string, string | null>,
  ) {
    const location = answerLocation(redirectUri, config.url, answer)
    if (method === 'POST' && headers.accept === 'application/json') {
      return reply.header('Cache-Control', 'no-store').send({ location })
    }
    return reply.redirect(location, 303)
  }
}
