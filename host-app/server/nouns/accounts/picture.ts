import { crc32 } from 'node:zlib'

/** What is known of a picture without drawing it. */
export interface Picture {
  readonly type: 'image/png' | 'image/webp'
  readonly width: number
  readonly height: number
  /** Shows more than one frame. */
  readonly moves: boolean
}

/**
 * Reads a PNG or a WebP: one that is whole from its first byte to its last, and nothing else besides. Null for
 * all other bytes. Browsers draw it; here nothing is unpacked.
 */
export function readPicture(bytes: Buffer): Picture | null {
  return readPng(bytes) ?? readWebp(bytes)
}

interface Chunk {
  readonly name: string
  readonly data: Buffer
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')

function readPng(bytes: Buffer): Picture | null {
  if (!bytes.subarray(0, 8).equals(pngSignature)) return null
  const chunks: Chunk[] = []
  for (let at = 8; at < bytes.length;) {
    if (at + 12 > bytes.length) return null
    const end = at + 8 + bytes.readUInt32BE(at)
    if (end + 4 > bytes.length) return null
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return null
    chunks.push({ name: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) })
    at = end + 4
  }
  const names = chunks.map(({ name }) => name)
  const header = chunks[0]
  if (header?.name !== 'IHDR' || header.data.length !== 13 || names.indexOf('IEND') !== names.length - 1)
    return null
  if (!names.includes('IDAT')) return null
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)]
  return { type: 'image/png', width, height, moves: names.includes('acTL') }
}

function readWebp(bytes: Buffer): Picture | null {
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
  if (!isWebp || bytes.readUInt32LE(4) !== bytes.length - 8) return null
  const chunks: Chunk[] = []
  for (let at = 12; at < bytes.length;) {
    if (at + 8 > bytes.length) return null
    const size = bytes.readUInt32LE(at + 4)
    const end = at + 8 + size
    if (end > bytes.length) return null
    chunks.push({ name: bytes.toString('latin1', at, at + 4), data: bytes.subarray(at + 8, end) })
    // To an even number of bytes.
    at = end + (size % 2)
  }
  const first = chunks[0]
  const size = first && webpSize(first)
  if (!size || !chunks.some(({ name }) => name === 'VP8 ' || name === 'VP8L' || name === 'ANMF')) return null
  return { type: 'image/webp', ...size, moves: chunks.some(({ name }) => name === 'ANIM' || name === 'ANMF') }
}

/** Each of the three forms says it in its own way. */
function webpSize({ name, data }: Chunk): { width: number; height: number } | null {
  if (name === 'VP8X' && data.length === 10) {
    return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 }
  }
  if (name === 'VP8L' && data.length > 5 && data[0] === 0x2f) {
    const bits = data.readUInt32LE(1)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (name === 'VP8 ' && data.length > 10 && data.readUIntBE(3, 3) === 0x9d012a) {
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }
  }
  return null
}
