import { Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'

/** A file, or its beginning, is not what it should be. The message says why, for people. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile'
}

/** The beginning of a file. */
export interface FileStart {
  readonly bytes: Buffer
  /** Whether the file ends with it. */
  readonly isWhole: boolean
}

/** As much as is unpacked, however small it was packed. */
const mostUnpacked = 1_048_576

/** The beginning of what was packed. @throws {MalformedFile} */
export async function unpacked({ bytes, isWhole }: FileStart): Promise<FileStart> {
  // The end of the beginning is in the middle of something.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of Readable.from([bytes]).pipe(gunzip) as AsyncIterable<Buffer>) {
      pieces.push(piece)
      length += piece.length
      if (length >= mostUnpacked) break
    }
  } catch (cause) {
    throw new MalformedFile('it ends with .gz, and is not packed by gzip', { cause })
  } finally {
    gunzip.destroy()
  }
  return { bytes: Buffer.concat(pieces).subarray(0, mostUnpacked), isWhole: isWhole && length < mostUnpacked }
}

/** By its mark; without one it is UTF-8. @throws {MalformedFile} */
export function textOf({ bytes, isWhole }: FileStart): string {
  const encoding = markedEncoding(bytes)
  try {
    // A character that the end has cut is left out.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !isWhole })
  } catch (cause) {
    const name = encoding === 'utf-8' ? 'UTF-8, nor UTF-16 with its mark' : 'the UTF-16 that it begins as'
    throw new MalformedFile(`its text is not ${name}`, { cause })
  }
}

function markedEncoding(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}
