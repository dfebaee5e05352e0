import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'

/** The page and all that it imports as one minified module: its code. */
export async function bundlePage(page) {
  const build = await rollup({ input: page, plugins: [nodeResolve({ browser: true })] })
  const { output } = await build.generate({ format: 'es', plugins: [terser({ module: true })] })
  await build.close()
  return output[0].code
}
