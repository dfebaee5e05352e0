import { describe, expect, it } from 'vitest'
import type { Progress } from './flow.ts'
import { judgeClosed } from './window-watch.ts'

/** A window that reads closed, by where the flow is and whether a document of the wizard is linked. */
describe('a window that reads closed', () => {
  it.each<[Progress['phase'], boolean, string, string]>([
    ['opening', false, 'severed', 'the host will tell whether it lives'],
    ['opening', true, 'severed', 'what was linked was an older window'],
    ['open', false, 'severed', 'it was cut off before we could meet, or at the provider'],
    ['open', true, 'closed', 'nothing can have cut it off'],
    ['away', false, 'uncertain', 'the provider may have cut it off'],
    ['away', true, 'uncertain', 'the provider may have cut it off'],
  ])('%s, linked %s: %s, since %s', (phase, isLinked, verdict) => {
    expect(judgeClosed(phase, isLinked)).toBe(verdict)
  })
})
