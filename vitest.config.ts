import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { useMemoryFolder } from './scripts/memory-folder.mjs'

useMemoryFolder()
// Processes that tests start share what Node has compiled of our modules.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

export default defineConfig({
  test: {
    environment: 'node',
    // What a server runs its connectors from is built of sources that may have changed.
    globalSetup: 'scripts/test-setup.mjs',
    include: ['{shared,client,host-app,e2e,scripts}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A test waits for processes, sockets and clocks as long as it computes.
    maxWorkers: 3,
    // One process tells many files: what they import is read once. Whoever changes what others see (an environment
    // variable, a clock, a property of the global object) puts it back.
    isolate: false,
    // Real stores, servers and sockets: slow machines need room, and a test that hangs should still end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
