import process from 'node:process'
import { build } from '../scripts/build.mjs'
import { install } from '../scripts/install.mjs'
import { modernNode, run, runMain } from '../scripts/run.mjs'
import { findChromium } from '../scripts/system-setup.mjs'

/** `npm run bench [-- <part> …] [-- --profile]`: installs, builds, and measures under Node 24. */
await runMain(async () => {
  const args = process.argv.slice(2)
  if (Number(process.versions.node.split('.')[0]) < 24) {
    await install()
    return run(modernNode(), ['bench/run.mjs', ...args])
  }
  await install()
  await build()
  const { runBenchmarks } = await import('./bench.ts')
  return runBenchmarks({ args, chromiumPath: findChromium() })
})
