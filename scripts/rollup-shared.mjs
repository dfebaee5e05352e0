import { fileURLToPath } from 'node:url'

/** Rollup bundles what `tsc` emitted; the workspace's contract is found there too. */
export function resolveShared() {
  return {
    name: 'resolve-shared',
    resolveId(source) {
      const match = /^@bobbin\/shared\/([a-z-]+)$/.exec(source)
      return match && fileURLToPath(new URL(`../build/js/shared/src/${match[1]}.js`, import.meta.url))
    },
  }
}
