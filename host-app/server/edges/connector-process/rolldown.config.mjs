import { fileURLToPath } from 'node:url'
import { defineConfig } from 'rolldown'

const shared = new URL('../../../../shared/src/', import.meta.url)

/*
 * The program of a connector process as one script, since Node makes a snapshot of nothing else. Of rolldown, which
 * reads TypeScript and CommonJS by itself.
 */
export default defineConfig({
  input: fileURLToPath(new URL('child.ts', import.meta.url)),
  platform: 'node',
  // What drivers do without. Native parts could not be in a snapshot.
  external: ['pg-native', 'pg-cloudflare', 'cpu-features', /\.node$/],
  plugins: [
    {
      name: 'resolve-shared',
      resolveId(source) {
        const match = /^@bobbin\/shared\/([a-z-]+)$/.exec(source)
        return match && fileURLToPath(new URL(`${match[1]}.ts`, shared))
      },
    },
  ],
  output: {
    file: fileURLToPath(new URL('../../../dist/connector-process/child.cjs', import.meta.url)),
    format: 'cjs',
    codeSplitting: false,
  },
})
