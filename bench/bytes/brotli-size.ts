import { brotliCompressSync, constants } from 'node:zlib'

/** Bytes after brotli at its strongest. */
export function brotliSize(content: Uint8Array): number {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
}
