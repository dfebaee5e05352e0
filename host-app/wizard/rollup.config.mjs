import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { hashedName, minifyCss, precompress, removeOldAssets } from '../../scripts/rollup-assets.mjs'
import { resolveShared } from '../../scripts/rollup-shared.mjs'

/*
 * Two builds of what `tsc` emitted: the browser's assets under hashed names, and then `render.js`, which
 * makes the pages and reads beside it (manifest.json) what the assets are called.
 */
const source = fileURLToPath(new URL('../../build/js/host-app/wizard/', import.meta.url))
const target = fileURLToPath(new URL('../dist/wizard/', import.meta.url))
const assetsPath = '/wizard/assets/'

/** What stands in every page, and what the screens after the first step add. */
const firstStyles = ['theme', 'page', 'form', 'actions']
const laterStyles = [
  'cards',
  'check',
  'choices',
  'picker',
  'dialogs',
  'done',
  'partner',
  'settling',
  'forced-colors',
]

/** Bytes, brotli, before the first key: a form's page with its styles, and the scripts that do not wait until all is idle. */
const firstStepLimit = 10_000

export default [
  {
    input: {
      wizard: `${source}main.js`,
      start: `${source}start.js`,
      partner: `${source}partner/answer-by-call.js`,
      opened: `${source}opened/tell-opener.js`,
    },
    output: {
      dir: `${target}assets`,
      format: 'es',
      entryFileNames: '[name]-[hash].js',
      chunkFileNames: '[name]-[hash].js',
    },
    plugins: [
      resolveShared(),
      nodeResolve({ browser: true }),
      terser({ module: true, compress: { passes: 3 }, format: { comments: false } }),
      removeOldAssets(`${target}assets/`),
      emitStyles(),
      writeManifest(),
      precompress(),
    ],
  },
  {
    input: `${source}render.js`,
    output: { file: `${target}render.js`, format: 'es', inlineDynamicImports: true },
    external: (id) => /^(node:|preact)/.test(id),
    plugins: [resolveShared(), nodeResolve(), checkFirstStep()],
  },
]

function emitStyles() {
  return {
    name: 'emit-styles',
    async generateBundle() {
      const css = await readStyles(laterStyles)
      this.emitFile({ type: 'asset', fileName: hashedName('later', 'css', css), source: css })
    },
  }
}

function writeManifest() {
  return {
    name: 'write-manifest',
    async generateBundle(_options, bundle) {
      const { screenFiles } = await import(pathToFileURL(`${source}screens/screen-files.js`).href)
      const files = Object.values(bundle)
      const entry = files.find(({ isEntry, name }) => isEntry && name === 'wizard')
      const [start, partner, opened] = ['start', 'partner', 'opened'].map((own) =>
        files.find(({ isEntry, name }) => isEntry && name === own),
      )
      if ([start, partner, opened].some(({ imports }) => imports.length > 0))
        this.error('What runs as a classic script cannot import.')
      /** What a module needs beside the first script. */
      const filesOf = (module) => {
        const chunk = files.find(({ moduleIds }) => moduleIds?.includes(`${source}${module}.js`))
        const isNew = (name) => name !== entry.fileName && !entry.imports.includes(name)
        return [chunk.fileName, ...chunk.imports].filter(isNew).map((name) => assetsPath + name)
      }
      const manifest = {
        firstStyle: await readStyles(firstStyles),
        laterStyle: assetsPath + files.find(({ fileName }) => fileName.endsWith('.css')).fileName,
        start: assetsPath + start.fileName,
        partner: assetsPath + partner.fileName,
        opened: assetsPath + opened.fileName,
        script: [entry.fileName, ...entry.imports].map((name) => assetsPath + name),
        screens: filesOf('paint'),
        parts: Object.fromEntries(
          Object.entries(screenFiles).map(([name, file]) => [name, filesOf(`screens/${file}`)]),
        ),
      }
      await mkdir(target, { recursive: true })
      await writeFile(`${target}manifest.json`, JSON.stringify(manifest))
    },
  }
}

/** Prints what the first step weighs, and fails the build when it has grown too big. */
function checkFirstStep() {
  return {
    name: 'check-first-step',
    async writeBundle() {
      const { renderPage } = await import(pathToFileURL(`${target}render.js`).href)
      const { fixtures } = await import(pathToFileURL(`${source}preview/fixtures.js`).href)
      const manifest = JSON.parse(await readFile(`${target}manifest.json`, 'utf8'))
      const sizeOf = async (paths) => {
        const files = paths.map((path) => readFile(`${target}assets/${path.slice(assetsPath.length)}.br`))
        return (await Promise.all(files)).reduce((sum, { length }) => sum + length, 0)
      }
      const page = brotliCompressSync(renderPage(fixtures['form'].page)).length
      const script = await sizeOf([manifest.start, ...manifest.script])
      const screens = await sizeOf(manifest.screens)
      console.log(
        `wizard, first step, bytes brotli: page ${page} + first scripts ${script} = ${page + script} ` +
          `(limit ${firstStepLimit}); with what comes when all is idle ${page + script + screens}`,
      )
      if (page + script > firstStepLimit) this.error('The first step has grown too big.')
    },
  }
}

async function readStyles(names) {
  const files = names.map((name) => readFile(new URL(`styles/${name}.css`, import.meta.url), 'utf8'))
  return minifyCss((await Promise.all(files)).join(''))
}
