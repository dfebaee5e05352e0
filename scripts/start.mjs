import process from 'node:process'
import { build } from './build.mjs'
import { endWithParent } from './end-with-parent.mjs'
import { install } from './install.mjs'
import { modernNode, run, runMain } from './run.mjs'

/** `npm start`: installs, builds, and runs the host app with the demo beside it. */
await runMain(async () => {
  if (process.env.npm_lifecycle_event === 'start') endWithParent()
  await install()
  await build()
  // It ends with us, also where we are killed.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  return run(modernNode(), ['--import', './host-app/demo/end-with-parent.ts', 'host-app/demo/main.ts'], {
    stdio,
  })
})
