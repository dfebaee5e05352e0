import process from 'node:process'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { modernNode, run, runMain } from './run.mjs'
import { setUpSystem } from './system-setup.mjs'

/**
 * Tests that do a sample of their work in `npm test`, and all of it here: `npm run soak -- [part …]`. Each
 * part is files of vitest or of Playwright that ask `soak-size.mjs` how much to do.
 */
const vitest = ['node_modules/vitest/vitest.mjs', 'run']
const playwright = ['node_modules/@playwright/test/cli.js', 'test', '--retries=0']
const parts = {
  starts: [...vitest, 'host-app/server/store/start-again.test.ts'],
  accounts: [...vitest, 'host-app/server/doors/connect-api/api-model.test.ts'],
  requests: [...vitest, 'host-app/server/http/fuzz.test.ts'],
  'hostile-databases': [
    ...vitest,
    'host-app/connectors/hp-postgres/fuzz.test.ts',
    'host-app/connectors/hp-mysql/tampered.test.ts',
    'host-app/server/hostile-databases.test.ts',
  ],
  'many-tables': [...vitest, 'host-app/connectors/hp-mysql/many-tables.test.ts'],
  reference: [...playwright, 'stories/reference'],
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
  for (const [name, args] of Object.entries(parts)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`\n${name}`)
    const startedAt = Date.now()
    const env = { BOBBIN_SOAK: 'all', BOBBIN_SOAK_SEED: seed }
    const code = await run(modernNode(), args, { env })
    console.log(
      `${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - startedAt) / 1000).toFixed(0)} s`,
    )
    if (code !== 0) failed += 1
  }
  return failed === 0 ? 0 : 1
})
