import process from 'node:process'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { modernNode, run, runMain } from './run.mjs'
import { setUpSystem } from './system-setup.mjs'

/** `npm run e2e -- <Playwright's arguments>`: builds when something changed, then runs the browser tests. */
await runMain(async () => {
  await install()
  await setUpSystem()
  await build()
  return run(modernNode(), ['node_modules/@playwright/test/cli.js', 'test', ...process.argv.slice(2)])
})
