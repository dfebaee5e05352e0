import { fileURLToPath } from 'node:url'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { resolveShared } from '../scripts/rollup-shared.mjs'
import { limitSize } from './scripts/limit-size.mjs'
import { trimPenpal } from './scripts/trim-penpal.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const source = path('../build/js/client/src/')

export default [
  {
    input: { bobbin: `${source}index.js` },
    output: { dir: path('dist'), format: 'es', chunkFileNames: '[name].js' },
    plugins: [...plugins({ isModule: true }), limitSize({ 'bobbin.js': 1_657, 'engine.js': 5_500 })],
  },
  umd('index', 'Bobbin', 'bobbin.umd.min.js'),
  umd('stitch', 'Stitch', 'stitch-client.umd.min.js'),
]

function umd(entry, name, file) {
  return {
    input: `${source}${entry}.js`,
    output: { file: path(`dist/${file}`), format: 'umd', name, inlineDynamicImports: true },
    plugins: [...plugins({ isModule: false }), limitSize({ [file]: 6_500 })],
  }
}

function plugins({ isModule }) {
  return [
    resolveShared(),
    nodeResolve(),
    trimPenpal(),
    terser({
      module: isModule,
      ecma: 2022,
      compress: { passes: 3, pure_getters: true, unsafe_arrows: true, unsafe_methods: true },
      format: { comments: false },
    }),
  ]
}
