import { isUtf8 } from 'node:buffer'

/*
 * A database of SQL_ASCII has bytes, and nobody knows of which encoding; others have bytes that their own encoding has no
 * characters for. PostgreSQL converts none of it, and refuses the whole answer for one name. So there it is asked for
 * bytes, and each text is read by itself.
 */

const headerLength = 5

/** Texts in the encoding of a server, by its name for it; whatever the bytes are, something readable comes out. */
export function textDecoder(serverEncoding: string): (bytes: Buffer) => string {
  const decoder = new TextDecoder(labelOf(serverEncoding), { fatal: true, ignoreBOM: true })
  return (bytes) => {
    if (isUtf8(bytes) && decoder.encoding === 'utf-8') return bytes.toString()
    try {
      return decoder.decode(bytes)
    } catch {
      return bytes.toString('latin1')
    }
  }
}

/** The web's name for one of PostgreSQL's encodings. What it has no name for is most often UTF-8 all the same. */
function labelOf(encoding: string): string {
  const [, windows] = /^WIN(\d+)$/.exec(encoding) ?? []
  if (windows !== undefined) return windows === '866' ? 'ibm866' : `windows-${windows}`
  const [, part] = /^ISO_8859_(\d)$/.exec(encoding) ?? []
  if (part !== undefined) return `iso-8859-${part}`
  return others[encoding] ?? 'utf-8'
}

const others: Readonly<Record<string, string>> = {
  EUC_JP: 'euc-jp',
  EUC_JIS_2004: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
}

/** These messages, which are whole and well-formed, with the texts of rows in UTF-8. */
export function converted(messages: Buffer, decode: (bytes: Buffer) => string): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < messages.length;) {
    const end = at + 1 + messages.readUInt32BE(at + 1)
    const message = messages.subarray(at, end)
    parts.push(message.toString('latin1', 0, 1) === 'D' ? convertedRow(message, decode) : message)
    at = end
  }
  return Buffer.concat(parts)
}

function convertedRow(message: Buffer, decode: (bytes: Buffer) => string): Buffer {
  const count = message.readInt16BE(headerLength)
  const parts = [Buffer.from(message.subarray(0, headerLength + 2))]
  let at = headerLength + 2
  for (let left = count; left > 0; left -= 1) {
    const length = message.readInt32BE(at)
    at += 4
    const value = length === -1 ? null : Buffer.from(decode(message.subarray(at, at + length)))
    const header = Buffer.alloc(4)
    header.writeInt32BE(value?.length ?? -1)
    parts.push(header, ...(value ? [value] : []))
    at += Math.max(0, length)
  }
  const row = Buffer.concat(parts)
  row.writeUInt32BE(row.length - 1, 1)
  return row
}
