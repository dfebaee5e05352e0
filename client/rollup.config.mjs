import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import dts from 'rollup-plugin-dts'
import { precompress } from '../scripts/rollup-assets.mjs'
import { resolveDeclarations, resolveShared } from '../scripts/rollup-shared.mjs'
import { emitErrorPage } from './scripts/emit-error-page.mjs'
import { limitSize } from './scripts/limit-size.mjs'
import { minifyStyles } from './scripts/minify-styles.mjs'

/*
 * Builds of what `tsc` emitted, its declarations too: the modules (an entry, and an engine that loads while the window opens),
 * for script tags everything in one file, once as `Bobbin` and once as `Stitch`; and the directory's client, which opens
 * no window, and the catalog's, which opens them by the modules' entry; on that, the
 * catalog's element, which a script tag has with all that it needs in one file, too.
 */
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const source = path('../build/js/client/src/')
const mainEntry = `${source}index.js`
const catalogEntry = `${source}catalog/catalog.js`
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
  {
    // Apart from the others, so that no line of it is in a file that they load.
    input: { directory: `${source}directory.js` },
    output: { dir: path('dist'), format: 'es' },
    plugins: [...plugins({ isModule: true }), limitSize({ 'directory.js': 2_400 }), precompress()],
  },
  {
    // On the page there is one main client, whoever asked for it first.
    input: { catalog: catalogEntry },
    external: [mainEntry],
    output: { dir: path('dist'), format: 'es', paths: { [mainEntry]: './bobbin.js' } },
    plugins: [
      ...plugins({ isModule: true }),
      limitSize({ 'catalog.js': 4_000 }, ['./bobbin.js']),
      precompress(),
    ],
  },
  {
    // By itself, as xkit's documents import it: `lib/api/connection`.
    input: { 'connection-status': `${source}catalog/connection-status.js` },
    output: { dir: path('dist'), format: 'es' },
    plugins: [...plugins({ isModule: true }), limitSize({ 'connection-status.js': 250 }), precompress()],
  },
  {
    // Its catalog is the page's own, too.
    input: { 'catalog-element': `${source}catalog-element/index.js` },
    external: [catalogEntry],
    output: { dir: path('dist'), format: 'es', paths: { [catalogEntry]: './catalog.js' } },
    plugins: [
      minifyStyles(),
      ...plugins({ isModule: true }),
      limitSize({ 'catalog-element.js': 9_600 }, ['./catalog.js']),
      precompress(),
    ],
  },
  umd('umd', 'Bobbin', 'bobbin.umd.min.js'),
  umd('stitch', 'Stitch', 'stitch-client.umd.min.js'),
  umd('catalog-element/umd', 'BobbinCatalog', 'bobbin-catalog.umd.min.js', 22_000),
  types('index', 'bobbin'),
  types('directory', 'directory'),
  types('catalog/catalog', 'catalog'),
  types('catalog/connection-status', 'connection-status'),
  types('catalog-element/index', 'catalog-element'),
]

function types(entry, file) {
  return {
    input: `${source}${entry}.d.ts`,
    output: { file: path(`dist/${file}.d.ts`), format: 'es' },
    plugins: [resolveDeclarations(), dts()],
  }
}

function umd(entry, name, file, limit = 8_600) {
  return {
    input: `${source}${entry}.js`,
    output: { file: path(`dist/${file}`), format: 'umd', name, inlineDynamicImports: true },
    plugins: [minifyStyles(), ...plugins({ isModule: false }), limitSize({ [file]: limit }), precompress()],
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
