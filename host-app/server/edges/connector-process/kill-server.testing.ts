import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { prepareChildren } from './prepare-children.ts'
import { snapshotFolder } from '../../testing/processes.testing.ts'

/** A process with a connector process that a loop keeps busy; prints that one's id. The test kills it. */
const { spawn } = await prepareChildren(
  {
    demoCrmUrl: null,
    connectorModules: [fileURLToPath(new URL('../../testing/rough-connector.testing.ts', import.meta.url))],
    allowPrivateNetworks: true,
  },
  { folder: snapshotFolder, memoryLimit: 256 * 1024 ** 2 },
  new AbortController().signal,
)
const child = spawn()
const settings = { act: 'loops for ever' }
child.channel.write(`${JSON.stringify({ type: 'platform.rough', calls: 'check', settings, grant: null })}\n`)
// The connector says one line, then loops.
child.channel.once('data', () => process.stdout.write(`${child.pid}\n`))
await delay(60_000)
