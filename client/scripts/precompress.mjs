import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Writes each script once more as `.br` and `.gz`, for servers that send what is compressed already. */
export function precompress() {
  return {
    name: 'precompress',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        this.emitFile({
          type: 'asset',
          fileName: `${output.fileName}.br`,
          source: brotliCompressSync(output.code),
        })
        this.emitFile({
          type: 'asset',
          fileName: `${output.fileName}.gz`,
          source: gzipSync(output.code, { level: 9 }),
        })
      }
    },
  }
}
