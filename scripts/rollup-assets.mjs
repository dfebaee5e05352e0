import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Milliseconds. A page that was opened before an upgrade still finds its parts; no flow lasts longer. */
const keepAssets = 24 * 3_600_000

/** Assets have hashed names, so the ones of earlier builds stay beside the new ones for a while. */
export function removeOldAssets(folder) {
  return {
    name: 'remove-old-assets',
    async buildStart() {
      for (const name of await readdir(folder).catch(() => [])) {
        const { mtimeMs } = await stat(folder + name)
        if (mtimeMs + keepAssets < Date.now()) await rm(folder + name)
      }
    },
  }
}

/** Assets beside which a server finds what to send to browsers that take brotli or gzip. */
export function precompress() {
  return {
    name: 'precompress',
    generateBundle(_options, bundle) {
      for (const { fileName, code, source: text = code } of Object.values(bundle)) {
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(text) })
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(text, { level: 9 }) })
      }
    },
  }
}

/** The name under which a file may be kept for ever: another content has another name. */
export function hashedName(name, extension, content) {
  return `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}.${extension}`
}

/** Our own style sheets have no strings that this could harm. */
export function minifyCss(css) {
  return css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .replace(/(?<![\d.])0\./g, '.')
    .trim()
}
