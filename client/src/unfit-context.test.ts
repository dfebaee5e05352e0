import { expect, it, vi } from 'vitest'
import { options, settled, useFlowStandIns } from './flow-stand-ins.testing.ts'

/** Pages from which no flow can be run. */
const at = useFlowStandIns()

it.each([
  ['a browser without TextDecoderStream', 'UnsupportedBrowser', { TextDecoderStream: undefined }],
  ['a browser without AbortSignal.timeout', 'UnsupportedBrowser', { AbortSignal: {} }],
  ['a sandboxed frame', 'SandboxedContext', { origin: 'null', location: { protocol: 'about:' } }],
])('%s is told so, no window stays open, and nothing is asked of the host', async (_, code, globals) => {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  if ('TextDecoderStream' in globals) Reflect.deleteProperty(globalThis, 'TextDecoderStream')
  const error = await settled(at.connect.addSource(options))
  expect(error).toMatchObject({ code, retryable: false })
  expect(at.page.windows[0]?.closed).toBe(true)
  expect(at.host.claims).toEqual([])
})
