import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { root } from './run.mjs'

/** The most bytes, compressed with brotli, that a page may be made to load. `npm run bench` compares with others. */
const budgets = [
  { what: 'the client as a page pays for it up front', file: 'client/dist/bobbin.js', bytes: 1_657 },
  { what: 'the whole client in one file', file: 'client/dist/bobbin.umd.min.js', bytes: 6_500 },
  { what: 'the same under window.Stitch', file: 'client/dist/stitch-client.umd.min.js', bytes: 6_500 },
]

/** Prints the size of what the build made; returns what is missing or over its budget, or null. */
export async function checkSizes() {
  const complaints = []
  for (const { what, file, bytes } of budgets) {
    const path = join(root, file)
    if (!existsSync(path)) {
      complaints.push(`${file} was not built.`)
      continue
    }
    const size = brotliSize(readFileSync(path))
    console.log(`     ${file}: ${size} of ${bytes} B (${what}, brotli)`)
    if (size > bytes) complaints.push(`${file} has ${size} B, ${size - bytes} B more than its budget.`)
  }
  return complaints.length === 0 ? null : complaints.join('\n')
}

function brotliSize(content) {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
}
