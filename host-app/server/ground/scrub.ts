import { cleanSentence } from '@bobbin/shared/isolated'

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
