import { build } from './build.mjs'
import { install } from './install.mjs'
import { modernNode, run, runMain } from './run.mjs'

/** `npm start`: installs, builds, and runs the host app with the demo beside it. */
await runMain(async () => {
  await install()
  await build()
  // It ends with us, also where we are killed.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  return run(modernNode(), ['--import', './host-app/demo/end-with-parent.ts', 'host-app/demo/main.ts'], {
    stdio,
  })
})
