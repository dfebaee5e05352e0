import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { checkErrorCodes } from '@bobbin/shared/errors'
import { expect, it } from 'vitest'
import { ofSoak, soakSeed } from '../../../scripts/soak-size.mjs'

const script = fileURLToPath(new URL('fuzz-reader.testing.ts', import.meta.url))
/** Milliseconds without a word, after which a process hangs. */
const patience = 10_000
/** What the second half of the conversations may leave behind: a few dozen large answers are read at a time. */
const margin = 96 * 1024 ** 2

/** Has these conversations in one process; what it told before it ended, however it did. */
async function converse(numbers: number[]): Promise<{ outcomes: Map<number, string>; memory: number[] }> {
  const child = spawn(process.execPath, ['--expose-gc', script, String(soakSeed), numbers.join(',')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const outcomes = new Map<number, string>()
  const memory: number[] = []
  let timer = setTimeout(() => child.kill('SIGKILL'), patience)
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer)
    timer = setTimeout(() => child.kill('SIGKILL'), patience)
    const [what = '', ...rest] = line.split(' ')
    if (what === 'memory') memory.push(Number(rest[0]))
    else outcomes.set(Number(what), rest.join(' '))
  }
  clearTimeout(timer)
  return { outcomes, memory }
}

it('survives servers that break the protocol in every way', { timeout: 600_000 }, async () => {
  const outcomes = new Map<number, string>()
  const left = Array.from({ length: ofSoak(1_500, 10_000) }, (_, number) => number)
  let deaths = 0
  let grown = 0
  async function readOn(): Promise<void> {
    while (left.length > 0) {
      const numbers = left.splice(0, ofSoak(750, 1_250))
      const round = await converse(numbers)
      for (const [number, code] of round.outcomes) outcomes.set(number, code)
      const [first = 0, second] = round.memory
      if (second !== undefined) grown = Math.max(grown, second - first)
      else {
        deaths += 1
        const unheard = numbers.filter((number) => !outcomes.has(number))
        // Where it stopped is not done again, or nothing would ever end.
        for (const number of unheard.splice(0, 40)) outcomes.set(number, 'died')
        left.push(...unheard)
      }
    }
  }
  // A reader waits for servers that hang up, and for one processor: two share the machine.
  const readers = Math.min(2, availableParallelism())
  await Promise.all(Array.from({ length: readers }, readOn))
  const counts: Record<string, number> = {}
  for (const code of outcomes.values()) counts[code] = (counts[code] ?? 0) + 1
  const summary = `${JSON.stringify(counts)}, ${Math.round(grown / 1024 ** 2)} MB more`
  process.stdout.write(`seed ${soakSeed}: ${summary}\n`)

  const typed = new Set<string>([...checkErrorCodes, 'works', 'silence'])
  expect([...outcomes].filter(([, code]) => !typed.has(code))).toEqual([])
  expect(deaths).toBe(0)
  expect(grown).toBeLessThan(margin)
  // The tampering is worth something: most conversations notice, and some do not have to.
  expect(counts['ProtocolViolation']).toBeGreaterThan(outcomes.size / 10)
  expect(counts['works']).toBeGreaterThan(0)
})
