import { ConnectorError } from '../connector.ts'

/**
 * The text of an answer, up to so many bytes of it.
 * @throws {ConnectorError} AnswerTooLarge
 */
export async function readBody(response: Response, largest: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // Whatever its headers say of its length: what is unpacked may be any size.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > largest) throw new ConnectorError('AnswerTooLarge')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
