/** Where help is had: a page, or a letter that begins with the request that it is about. */
export function helpLink(support: string, requestId: string | null): string {
  if (requestId === null || !support.startsWith('mailto:')) return support
  const [address = '', given = ''] = support.split('?', 2)
  // Not `URLSearchParams`, whose plus sign is one in a letter.
  const parts = [...given.split('&').filter((part) => part !== ''), `body=${encodeURIComponent(requestId)}`]
  const hasSubject = parts.some((part) => /^subject=/i.test(part))
  if (!hasSubject) parts.push(`subject=${encodeURIComponent(`Request ${requestId}`)}`)
  return `${address}?${parts.join('&')}`
}
