/** Where the browser goes with an answer: the partner's address, and who answers (RFC 9207) beside it. */
export function answerLocation(
  redirectUri: string,
  issuer: string,
  answer: Readonly<Record<string, string | null>>,
): string {
  const location = new URL(redirectUri)
  for (const [name, value] of Object.entries({ ...answer, iss: issuer })) {
    if (value !== null) location.searchParams.append(name, value)
  }
  return location.href
}
