import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sharedModule = /^@bobbin\/shared\/([a-z-]+)$/
const emitted = (name) => fileURLToPath(new URL(`../build/js/shared/src/${name}`, import.meta.url))

/** Rollup bundles what `tsc` emitted; the workspace's contract is found there too. */
export function resolveShared() {
  return {
    name: 'resolve-shared',
    resolveId(source) {
      const match = sharedModule.exec(source)
      return match && emitted(`${match[1]}.js`)
    },
  }
}

/**
 * The same for the declarations, which name each other as the sources do. From these a bundle of types takes no program of
 * TypeScript's: one for each took most of the build's time.
 */
export function resolveDeclarations() {
  return {
    name: 'resolve-declarations',
    resolveId(source, importer) {
      const match = sharedModule.exec(source)
      if (match) return emitted(`${match[1]}.d.ts`)
      if (importer === undefined || !/^\.{1,2}\/.*\.tsx?$/.test(source)) return null
      return join(dirname(importer), source.replace(/\.tsx?$/, '.d.ts'))
    },
  }
}
