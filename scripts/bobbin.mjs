import process from 'node:process'
import { modernNode, run, runMain } from './run.mjs'

/** `npm run bobbin -- …`: the command line, under the Node that runs our TypeScript. */
await runMain(() => run(modernNode(), ['host-app/cli/cli.ts', ...process.argv.slice(2)]))
