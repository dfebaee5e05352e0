type Fields = Readonly<Record<string, string>>

const parameter = /([\w-]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.){0,500})"|([^\s",]{1,500}))/g
const longest = 4_000

/**
 * What a `WWW-Authenticate` says, as the fields of a reply: some refuse in it alone (RFC 6749, 5.2, and RFC 6750, 3).
 * A challenge to sign in by Basic that says no more is about the client, who is all that signs in at a token endpoint.
 */
export function readChallenge(header: string | null): Fields {
  const text = header?.slice(0, longest) ?? ''
  const given = [...text.matchAll(parameter)].map(
    ([, name = '', quoted, bare = '']) =>
      [name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare] as const,
  )
  const fields = new Map(given)
  const error = fields.get('error') ?? (/^basic\b/i.test(text.trim()) ? 'invalid_client' : undefined)
  const description = fields.get('error_description')
  return {
    ...(error !== undefined && { error }),
    ...(description !== undefined && { error_description: description }),
  }
}
