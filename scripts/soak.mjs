import process from 'node:process'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { modernNode, run, runMain } from './run.mjs'
import { setUpSystem } from './system-setup.mjs'

/**
 * Tests that do a sample of their work in `npm test`, and all of it here: `npm run soak -- [part …]`. Each
 * part is vitest files that ask `soak-size.mjs` how much to do.
 */
const parts = {
  starts: ['host-app/server/store/start-again.test.ts'],
  'hostile-databases': [
    'host-app/connectors/hp-postgres/fuzz.test.ts',
    'host-app/server/hostile-databases.test.ts',
  ],
}

await runMain(async () => {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !(name in parts))
  if (unknown !== undefined) {
    console.error(`There is no part ${unknown}; there are ${Object.keys(parts).join(', ')}.`)
    return 1
  }
  await install()
  await setUpSystem()
  await build()
  const seed = process.env.BOBBIN_SOAK_SEED ?? String(Date.now() % 1_000_000)
  console.log(`Seed ${seed}; BOBBIN_SOAK_SEED=${seed} does the same again.`)
  let failed = 0
  for (const [name, files] of Object.entries(parts)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`\n${name}`)
    const startedAt = Date.now()
    const env = { BOBBIN_SOAK: 'all', BOBBIN_SOAK_SEED: seed }
    const code = await run(modernNode(), ['node_modules/vitest/vitest.mjs', 'run', ...files], { env })
    console.log(
      `${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - startedAt) / 1000).toFixed(0)} s`,
    )
    if (code !== 0) failed += 1
  }
  return failed === 0 ? 0 : 1
})
