import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { hashedName, minifyCss, precompress, removeOldAssets } from '../../scripts/rollup-assets.mjs'
import { editRedoc } from './edit-redoc.mjs'

/*
 * The page of the reference, made of what `tsc` emitted: its assets under hashed names, redoc as it was
 * published among them, and `page.html`, which names them.
 */
const source = fileURLToPath(new URL('../../build/js/host-app/reference/', import.meta.url))
const target = fileURLToPath(new URL('../dist/reference/', import.meta.url))
const assetsPath = '/docs/assets/'

export default [
  {
    input: { reference: `${source}reference.js` },
    output: { dir: `${target}assets`, format: 'es', entryFileNames: '[name]-[hash].js' },
    plugins: [
      nodeResolve({ browser: true }),
      terser({ module: true, format: { comments: false } }),
      removeOldAssets(`${target}assets/`),
      emitStyle(),
      emitRedoc(),
      writePage(),
      precompress(),
    ],
  },
]

function emitStyle() {
  return {
    name: 'emit-style',
    async generateBundle() {
      const files = ['../wizard/styles/theme.css', 'reference.css']
      const texts = files.map((file) => readFile(new URL(file, import.meta.url), 'utf8'))
      const css = minifyCss((await Promise.all(texts)).join('\n'))
      this.emitFile({ type: 'asset', fileName: hashedName('reference', 'css', css), source: css })
    },
  }
}

/** The one file in which redoc's makers publish it for script tags, and the licences of all that is in it. */
function emitRedoc() {
  return {
    name: 'emit-redoc',
    async generateBundle() {
      const published = new URL(import.meta.resolve('redoc/bundles/redoc.standalone.js'))
      const script = editRedoc(await readFile(published, 'utf8'))
      this.emitFile({ type: 'asset', fileName: hashedName('redoc', 'js', script), source: script })
      const licences = ['../LICENSE', 'redoc.standalone.js.LICENSE.txt'].map(
        (path) => new URL(path, published),
      )
      const texts = await Promise.all(licences.map((file) => readFile(file, 'utf8')))
      // Under the name by which the script's first line calls it.
      this.emitFile({ type: 'asset', fileName: 'redoc.standalone.js.LICENSE.txt', source: texts.join('\n') })
    },
  }
}

/** The page names its assets as they are called in the sources; the built one by their hashed names. */
function writePage() {
  return {
    name: 'write-page',
    async writeBundle(_options, bundle) {
      const page = await readFile(new URL('page.html', import.meta.url), 'utf8')
      const addressOf = (name) => {
        const [stem, extension] = name.split('.')
        const isIt = (fileName) => new RegExp(`^${stem}-[\\w-]{8}\\.${extension}$`).test(fileName)
        return assetsPath + Object.keys(bundle).find(isIt)
      }
      const built = page.replace(/(?<= (?:src|href)=")[\w.]+(?=")/g, (name) => addressOf(name))
      await writeFile(`${target}page.html`, built)
    },
  }
}
