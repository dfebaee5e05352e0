import { slowConnector } from '../../testing/made-up-connector.testing.ts'
import { createTestParts } from '../../testing/parts.testing.ts'

/** A process that runs a slow check and prints its progress once that is on disk; the crash test kills it. */
const [file = '', key = '', name = ''] = process.argv.slice(2)
const parts = await createTestParts({
  connectors: [slowConnector(5_000, 1)],
  file,
  key: Buffer.from(key, 'base64'),
})
parts.checkRunner.start()
for await (const { seq, type, data } of parts.events.follow(
  `check:${name}`,
  0,
  new AbortController().signal,
)) {
  process.stdout.write(`${JSON.stringify({ seq, type, data })}\n`)
}
