import { hygieneChecks } from './check-hygiene.mjs'
import { documentChecks } from './check-documents.mjs'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { releaseComplaints } from './release.mjs'
import { capture, isMain, modernNode, runMain } from './run.mjs'

/**
 * Each check: what it makes sure of, and a function that returns its complaints, or null when all is well. What takes
 * long remembers in `build/` which files were well as they are.
 */
const checks = [
  {
    name: 'types',
    // Each checker does much of the others' work, too: one takes little longer than two, and half of their CPU.
    complaints: tool(
      ...['node_modules/typescript/bin/tsc', '--noEmit', '--singleThreaded', '-p', '.'],
      ...['--incremental', '--tsBuildInfoFile', 'build/types.tsbuildinfo'],
    ),
  },
  {
    name: 'lint',
    complaints: tool('node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--format=unix'),
  },
  {
    name: 'format',
    complaints: tool(
      ...['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
      ...['--cache', '--cache-location', 'build/formatted.json'],
    ),
  },
  { name: 'unused code and dependencies', complaints: tool('node_modules/knip/bin/knip.js') },
  ...hygieneChecks,
  ...documentChecks,
  { name: 'a release could be made', complaints: () => releaseComplaints() },
]

/** Runs every check and prints one line for each, complaints below it. Returns how many passed and which failed. */
export async function runChecks() {
  const failed = []
  for (const { name, complaints } of checks) {
    const start = Date.now()
    const found = await complaints()
    const seconds = ((Date.now() - start) / 1000).toFixed(1)
    console.log(`${found === null ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
    if (found === null) continue
    failed.push(name)
    console.log(found.trim().replace(/^/gm, '     '))
  }
  return { passed: checks.length - failed.length, failed }
}

function tool(script, ...args) {
  return async () => {
    const { code, output } = await capture(modernNode(), [script, ...args])
    return code === 0 ? null : output || `${script} ended with exit code ${code}.`
  }
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await install()
    await build()
    const { failed } = await runChecks()
    return failed.length === 0 ? 0 : 1
  })
}
