import { brotliCompressSync, constants } from 'node:zlib'

/**
 * Prints what each file weighs (brotli, quality 11) and fails the build when one is over its limit, or is no longer
 * in one piece: a file that it imports would be paid for as well, by another request. `known` are those that are counted
 * elsewhere.
 */
export function limitSize(limits, known = []) {
  return {
    name: 'limit-size',
    generateBundle(_options, bundle) {
      for (const [file, limit] of Object.entries(limits)) {
        const output = bundle[file]
        if (!output) this.error(`${file} is not among the files that were built.`)
        const others = output.imports.filter((name) => !(name in limits) && !known.includes(name))
        if (others.length > 0) this.error(`${file} is in pieces: it imports ${others.join(', ')}.`)
        const bytes = brotli(output.code).length
        console.log(`${file}: ${bytes} of ${limit} B (brotli)`)
        if (bytes > limit) this.error(`${file} has ${bytes - limit} B more than its limit of ${limit} B.`)
      }
    },
  }
}

function brotli(text) {
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
}
