import type { CheckFailure } from '@bobbin/shared/check'
import { cleanSentence } from '@bobbin/shared/isolated'
import { errorTable, type CheckErrorCode } from '@bobbin/shared/errors'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'

/** Takes secrets out of a text, and characters that no text of a vendor may bring to a screen. */
export type Scrub = (text: string) => string

/** Shorter secrets would blot out ordinary words. */
const shortestSecret = 4

/** Connectors must not tell secrets; should one do so all the same, it ends here. */
export function createScrub(secrets: readonly (string | null)[]): Scrub {
  const found = secrets.flatMap((secret) => (secret && secret.length >= shortestSecret ? [secret] : []))
  const inUrls = found.filter((secret) => secret.isWellFormed()).map(encodeURIComponent)
  const longestFirst = [...new Set([...found, ...inUrls])].sort((left, right) => right.length - left.length)
  const hide = (text: string) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  // Again once it is clean: characters that nobody sees may have stood in the middle of a secret.
  return (text) => hide(cleanSentence(hide(text)))
}

/** The secret settings among these, by what the connector says of its properties. */
export function secretsIn(info: ConnectorInfo, settings: Readonly<Record<string, string>>): string[] {
  return info.properties.flatMap(({ name, is_credential: isSecret }) => {
    const value = settings[name]
    return isSecret && value ? [value] : []
  })
}

/** A failure for the person; `detail` is scrubbed, and only a property of the connector can be at fault. */
export function checkFailure(
  code: CheckErrorCode,
  { field = null, detail = null }: { field?: string | null; detail?: string | null } = {},
): CheckFailure {
  return { code, message: errorTable[code].sentence, field, detail }
}

/** Whether the vendor refused the grant itself: with a setting at fault it was not the grant. */
export function isGrantRefused({ code, field }: Pick<CheckFailure, 'code' | 'field'>): boolean {
  return code === 'AuthorizationExpired' || (code === 'CredentialsRejected' && field === null)
}

/** What a connector threw, as a failure. What it did not explain stays unexplained. */
export function failureOf(error: unknown, info: ConnectorInfo, scrub: Scrub): CheckFailure {
  if (!isConnectorError(error)) return checkFailure('CheckFailed')
  const { code, field, detail } = error
  return checkFailure(code, {
    field: info.properties.some(({ name }) => name === field) ? field : null,
    detail: typeof detail === 'string' ? scrub(detail).slice(0, 500) : null,
  })
}
