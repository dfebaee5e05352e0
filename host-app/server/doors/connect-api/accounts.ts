import {
  type Account,
  type Accounts,
  type Partner,
  logoPath,
  requirePartner,
} from '../../nouns/accounts/accounts.ts'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import type { ConnectApi } from './connect-api.ts'

export function serveAccounts(
  door: ConnectApi,
  {
    accounts,
    config,
  }: {
    accounts: Pick<Accounts, 'create' | 'get' | 'update'>
    config: { readonly url: string; readonly partner: Partner | null }
  },
): void {
  door.write(
    'createAccount',
    async ({ body }, tx) => {
      const { accountId, accessToken } = await accounts.create(tx, body)
      return { access_token: accessToken, stitch_account_id: accountId }
    },
    {
      authorize: ({ body }) => requirePartner(config.partner, body.partner_id, body.partner_secret),
    },
  )

  door.serve('getAccount', async ({ accountId, reply }) => {
    const account = await accounts.get(accountId)
    sendEtag(reply, accountEtag(account))
    return wireAccount(config.url, account)
  })

  door.write('updateAccount', async ({ accountId, body, request, reply }, tx) => {
    requireMatch(request, accountEtag(await accounts.get(accountId, tx)))
    const account = await accounts.update(tx, accountId, body)
    sendEtag(reply, accountEtag(account))
    return wireAccount(config.url, account)
  })
}

function wireAccount(url: string, { id, company, allowedOrigins, app }: Account) {
  return {
    stitch_account_id: id,
    company,
    app_name: app.name,
    app_logo: app.logo === null ? null : url + logoPath(app.logo),
    app_support: app.support,
    allowed_origins: [...allowedOrigins],
  }
}

function accountEtag({ allowedOrigins, app }: Account): string {
  return etagOf(app.name, app.logo, app.support, ...allowedOrigins)
}
