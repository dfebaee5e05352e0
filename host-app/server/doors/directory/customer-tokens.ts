import type { directoryEndpoints } from '@bobbin/shared/api/directory'
import { AppError } from '../../ground/app-error.ts'
import type { Door } from '../../http/door.ts'
import type { CustomerTokens } from '../../nouns/tokens/tokens.ts'

/** The organisation makes tokens for all its accounts, an account for itself. */
export function serveCustomerTokens(
  door: Door<typeof directoryEndpoints>,
  { customerTokens }: { customerTokens: Pick<CustomerTokens, 'create'> },
): void {
  door.write('createCustomerToken', async ({ params: { id }, body, caller }, tx) => {
    // Another's account is as one that is not there.
    if (caller && caller.accountId !== id) throw new AppError('NotFound')
    const { token, expiresAt } = await customerTokens.create(tx, id, body, caller?.tokenId ?? null)
    return { customer_id: id, token, expires_at: new Date(expiresAt).toISOString() }
  })
}
