import type { FastifyInstance } from 'fastify'
import type { Account } from '../accounts/accounts.ts'
import { serveEndpoint } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'

export function serveAccounts(app: FastifyInstance, services: Services): void {
  const { accounts } = services

  serveEndpoint(app, services, 'createAccount', async ({ body }) => {
    const { accountId, accessToken } = await accounts.create(body)
    return { access_token: accessToken, stitch_account_id: accountId }
  })

  serveEndpoint(app, services, 'getAccount', async ({ accountId }) =>
    wireAccount(await accounts.get(accountId)),
  )

  serveEndpoint(app, services, 'updateAccount', async ({ accountId, body }) =>
    wireAccount(await accounts.update(accountId, body)),
  )
}

function wireAccount({ id, company, allowedOrigins }: Account) {
  return { stitch_account_id: id, company, allowed_origins: [...allowedOrigins] }
}
