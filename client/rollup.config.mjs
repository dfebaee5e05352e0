import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import dts from 'rollup-plugin-dts'
import { precompress } from '../scripts/rollup-assets.mjs'
import { resolveShared } from '../scripts/rollup-shared.mjs'
import { emitErrorPage } from './scripts/emit-error-page.mjs'
import { limitSize } from './scripts/limit-size.mjs'

/*
 * Three builds of what `tsc` emitted, and the types: the modules (an entry, and an engine that loads while
 * the window opens), and for script tags everything in one file, once as `Bobbin` and once as `Stitch`.
 */
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const source = path('../build/js/client/src/')
const { pageErrors } = await import('../build/js/shared/src/page-errors.js')

export default [
  {
    input: { bobbin: `${source}index.js` },
    output: { dir: path('dist'), format: 'es', chunkFileNames: '[name].js' },
    plugins: [
      ...plugins({ isModule: true }),
      limitSize({ 'bobbin.js': 1_800, 'engine.js': 7_000 }),
      emitErrorPage(path('README.md'), Object.keys(pageErrors)),
      precompress(),
    ],
  },
  umd('umd', 'Bobbin', 'bobbin.umd.min.js'),
  umd('stitch', 'Stitch', 'stitch-client.umd.min.js'),
  {
    input: path('src/index.ts'),
    output: { file: path('dist/bobbin.d.ts'), format: 'es' },
    plugins: [dts({ tsconfig: path('../tsconfig.json'), includeExternal: ['@bobbin/shared'] })],
  },
]

function umd(entry, name, file) {
  return {
    input: `${source}${entry}.js`,
    output: { file: path(`dist/${file}`), format: 'umd', name, inlineDynamicImports: true },
    plugins: [...plugins({ isModule: false }), limitSize({ [file]: 8_600 }), precompress()],
  }
}

function plugins({ isModule }) {
  return [
    resolveShared(),
    nodeResolve({ browser: true }),
    terser({
      module: isModule,
      ecma: 2022,
      compress: {
        passes: 4,
        // Helps the small entry, and nothing larger.
        hoist_funs: isModule,
        keep_fargs: false,
        // Penpal's, which nobody reads.
        pure_funcs: ['log'],
        pure_getters: true,
        unsafe_arrows: true,
        unsafe_methods: true,
      },
      format: { comments: false },
    }),
  ]
}
