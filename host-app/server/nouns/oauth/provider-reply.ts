import { ConnectorError } from '../../../connectors/connector.ts'

const longestReply = 256 * 1024

/** The body as text, or null when it is longer than any reply of a provider can be. */
export async function readCapped(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > longestReply) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Names why there was no reply, without the error's text, which may hold the URL or parts of a body. */
export function causeOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.code
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return error.name
}
