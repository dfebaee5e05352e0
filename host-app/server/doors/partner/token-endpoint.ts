import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Partner, isPartner } from '../../nouns/accounts/accounts.ts'
import { AppError } from '../../ground/app-error.ts'
import type { PartnerCodes } from '../../nouns/tokens/tokens.ts'
import { only } from './authorization-request.ts'
import { formOf } from '../../http/form-body.ts'

type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type'

/** A refusal in OAuth's own shape. */
class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: TokenError

  constructor(code: TokenError, description: string) {
    super(description)
    this.code = code
  }
}

const verifierFormat = /^[A-Za-z0-9._~-]{43,128}$/

/**
 * `POST /oauth/token`: the partner's back end exchanges a code for the account's access token. Not a row of
 * the REST table, because OAuth says what its errors look like.
 */
export function serveTokenEndpoint(
  app: FastifyInstance,
  {
    partnerCodes,
    config,
  }: { partnerCodes: Pick<PartnerCodes, 'redeem'>; config: { readonly partner: Partner | null } },
): void {
  app.post(
    '/oauth/token',
    { errorHandler: answerError, config: { secret: 'exchange' } },
    async (request, reply) => {
      const form = formOf(request)
      const clientId = authenticateClient(request, form)
      const grantType = needed(form, 'grant_type')
      if (grantType !== 'authorization_code') {
        throw new OAuthError('unsupported_grant_type', 'grant_type must be authorization_code.')
      }
      const code = needed(form, 'code')
      const redirectUri = needed(form, 'redirect_uri')
      const codeVerifier = needed(form, 'code_verifier')
      if (!verifierFormat.test(codeVerifier)) {
        throw new OAuthError('invalid_request', 'code_verifier has 43 to 128 unreserved characters.')
      }
      const redeemed = await partnerCodes.redeem({ clientId, code, redirectUri, codeVerifier })
      if ('refused' in redeemed) throw new OAuthError('invalid_grant', redeemed.refused)
      return reply.send({
        token_type: 'bearer',
        access_token: redeemed.accessToken,
        stitch_account_id: redeemed.accountId,
      })
    },
  )

  /** By the form's fields or by `Authorization: Basic`, but not by both. Returns the client's id. */
  function authenticateClient({ headers }: FastifyRequest, form: URLSearchParams): string {
    const basic = headers.authorization === undefined ? null : readBasic(headers.authorization)
    const isTwice = headers.authorization !== undefined && form.has('client_secret')
    if (isTwice) throw new OAuthError('invalid_request', 'The client authenticates in one way only.')
    const { id, secret } = basic ?? { id: needed(form, 'client_id'), secret: needed(form, 'client_secret') }
    if (form.has('client_id') && only(form, 'client_id') !== id) {
      throw new OAuthError('invalid_request', 'client_id must be given once.')
    }
    if (!isPartner(config.partner, id, secret)) {
      throw new OAuthError('invalid_client', 'client_id and client_secret are not valid.')
    }
    return id
  }
}

function needed(form: URLSearchParams, name: string): string {
  const value = only(form, name)
  if (value === null || value === '') throw new OAuthError('invalid_request', `${name} must be given once.`)
  return value
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
function readBasic(header: string): { id: string; secret: string } {
  const text = Buffer.from(/^Basic +(\S+)$/i.exec(header)?.[1] ?? '', 'base64').toString()
  const colon = text.indexOf(':')
  const id = decode(text.slice(0, colon))
  const secret = decode(text.slice(colon + 1))
  if (colon < 0 || id === null || secret === null) {
    throw new OAuthError('invalid_client', 'The Authorization header is not valid.')
  }
  return { id, secret }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof OAuthError) {
    if (error.code === 'invalid_client') reply.header('WWW-Authenticate', 'Basic realm="Bobbin"')
    return reply
      .code(error.code === 'invalid_client' ? 401 : 400)
      .send({ error: error.code, error_description: error.message })
  }
  if (error instanceof AppError && error.code === 'RateLimited') {
    return reply.code(429).send({ error: 'temporarily_unavailable', error_description: error.message })
  }
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500
  if (typeof status === 'number' && status < 500) {
    const error_description = 'The body must be a form of 32 KB at most.'
    return reply.code(status).send({ error: 'invalid_request', error_description })
  }
  request.log.error({ err: error }, 'a code was not exchanged for a reason of our own')
  return reply
    .code(500)
    .send({ error: 'server_error', error_description: 'Something went wrong on our side.' })
}
