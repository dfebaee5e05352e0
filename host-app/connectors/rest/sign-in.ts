import { ConnectorError } from '../connector.ts'
import { filled, pathsIn, type Template } from '../template.ts'

/**
 * How a request says who asks. In the texts `{name}` stands for a setting, for what was kept with the grant, and
 * `{access_token}` for the grant's token.
 */
export type SignIn =
  | { readonly bearer: Template }
  | { readonly basic: readonly [user: Template, password: Template] }
  | { readonly header: readonly [name: string, value: Template] }

/** A grant goes as a bearer, where nothing else is said. */
export const grantSignIn: SignIn = { bearer: '{access_token}' }

/** The texts that it is made of. */
export function textsOf(signIn: SignIn): readonly Template[] {
  if ('bearer' in signIn) return [signIn.bearer]
  return 'basic' in signIn ? signIn.basic : [signIn.header[1]]
}

/**
 * The headers that sign in. `keyField`: the setting that holds the secret; null with a grant.
 * @throws {ConnectorError} where a value is missing, or is nothing that a header can hold: no vendor gave it out
 */
export function signInHeaders(
  signIn: SignIn,
  values: Readonly<Record<string, string>>,
  keyField: string | null,
): Record<string, string> {
  const texts = textsOf(signIn).map((text) => {
    // Copied from a page, a key often has a blank or an end of line with it.
    const whole = filled(text, (name) => values[name]?.trim())
    if (whole !== null) return whole
    const missing = pathsIn(text).find((name) => !values[name]?.trim())
    if (keyField === null) throw new ConnectorError('AuthorizationExpired')
    throw new ConnectorError('CredentialsRejected', { field: missing ?? keyField })
  })
  const [first = '', second = ''] = texts
  if ('basic' in signIn) {
    return { authorization: `Basic ${Buffer.from(`${first}:${second}`).toString('base64')}` }
  }
  if (!/^[\x20-\x7e]+$/.test(first)) {
    if (keyField === null) throw new ConnectorError('AuthorizationExpired')
    throw new ConnectorError('CredentialsRejected', { field: keyField })
  }
  return 'bearer' in signIn ? { authorization: `Bearer ${first}` } : { [signIn.header[0]]: first }
}
