import process from 'node:process'
import { createTestApp } from '../testing/app.testing.ts'

/*
 * For a test: a listening host in a process of its own. It says where it listens and a token, and on each
 * message how much memory it holds once all garbage is gone.
 */
const test = await createTestApp({ BOBBIN_RATE_LIMIT_TOKEN: '1000000', BOBBIN_RATE_LIMIT_ACCOUNT: '1000000' })
const url = await test.app.listen({ port: 0, host: '127.0.0.1' })
const { token } = await test.signUp()

process.on('message', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  process.send?.({ rss: process.memoryUsage().rss, heap: process.memoryUsage().heapUsed })
})
process.on('disconnect', () => process.exit(0))
process.send?.({ url, token })
