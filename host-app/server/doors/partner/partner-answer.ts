import { person } from '@bobbin/shared/account'
import { cleanName } from '@bobbin/shared/clean-name'
import { personFields, type PartnerFieldError, type PartnerPage } from '@bobbin/shared/partner-page'
import type { AccessTokens, CodeSubject } from '../../nouns/tokens/tokens.ts'
import type { Accounts } from '../../nouns/accounts/accounts.ts'
import { only } from './authorization-request.ts'

export type Filled = Pick<PartnerPage, 'way' | 'values' | 'errors'>

/** The fields as a link or a form fills them; never the access token. */
export function readFilled(parameters: URLSearchParams): Filled {
  const value = (name: string) => (only(parameters, name) ?? '').trim().slice(0, 400)
  return {
    way: only(parameters, 'way') === 'sign_in' ? 'sign_in' : 'create',
    values: {
      company: value('company'),
      email: value('email'),
      first_name: value('first_name'),
      last_name: value('last_name'),
    },
    errors: {},
  }
}

/** Whose account the person means, or what is wrong with the fields of the way that they chose. */
export async function findSubject(
  {
    accounts,
    accessTokens,
  }: { accounts: Pick<Accounts, 'isTaken'>; accessTokens: Pick<AccessTokens, 'authenticate'> },
  form: URLSearchParams,
): Promise<{ subject: CodeSubject } | { errors: PartnerPage['errors'] }> {
  const { way, values } = readFilled(form)
  if (way === 'sign_in') {
    const token = (only(form, 'access_token') ?? '').trim()
    if (token === '') return { errors: { access_token: 'missing' } }
    const holder = await accessTokens.authenticate(token)
    if (!holder) return { errors: { access_token: 'token' } }
    return { subject: { accountId: holder.accountId, signedInWith: holder.tokenId } }
  }
  const parsed = person.safeParse(values)
  if (parsed.success) {
    if (await accounts.isTaken(parsed.data.email)) return { errors: { email: 'taken' } }
    return { subject: { person: parsed.data } }
  }
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]))
  const errorOf = (name: (typeof personFields)[number]): PartnerFieldError => {
    if (values[name] === '') return 'missing'
    if (name === 'email') return 'email'
    return cleanName(values[name]) === values[name] ? 'too_long' : 'characters'
  }
  return {
    errors: Object.fromEntries(
      personFields.filter((name) => wrong.has(name)).map((name) => [name, errorOf(name)]),
    ),
  }
}
