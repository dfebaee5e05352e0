import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

/** All that a script imports when it starts, directly or not. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!file.startsWith('/')) return seen
  const text = readFileSync(file, 'utf8')
  for (const [, name = ''] of text.matchAll(/^(?:import|export) (?:[\w{}*,\s]+ from )?'([^']+)'/gm)) {
    importsOf(name.startsWith('.') ? join(dirname(file), name) : name, seen)
  }
  return seen
}

it.each(['start', 'test', 'check', 'build', 'e2e', 'bobbin', 'soak'])(
  'npm run %s begins on a fresh clone, where no package is there yet',
  (name) => {
    const all = [...importsOf(join(import.meta.dirname, `${name}.mjs`))]
    expect(all).toContain('node:process')
    expect(all.filter((one) => !one.startsWith('node:') && !one.startsWith('/'))).toEqual([])
  },
)
