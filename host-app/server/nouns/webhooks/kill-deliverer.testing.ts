import { createTestHooks } from './hooks.testing.ts'

/** A process that delivers what is queued; the crash test kills it in the middle. */
const [file = '', key = ''] = process.argv.slice(2)
const { worker } = await createTestHooks({ file, key: Buffer.from(key, 'base64') })
worker.start()
