import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { expect, it } from 'vitest'
import { errorReasons } from '@bobbin/shared/error-reasons'
import { createProgram } from './program.ts'

function pathsOf(command: Command, path: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(' ')]
  return command.commands.flatMap((child) => pathsOf(child, [...path, child.name()]))
}

it('the README names every command, and none that is not there', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, table = ''] = /^\| command +\| what it does[^\n]*\n([^]*?)\n\n/m.exec(readme) ?? []
  const firstColumn = table.split('\n').map((line) => line.split('|')[1] ?? '')
  const named = firstColumn.flatMap((cell) =>
    [...cell.matchAll(/`(?:bobbin )?([a-z -]+)`/g)].map(([, name]) => name),
  )
  expect(named.toSorted()).toEqual(pathsOf(createProgram()).toSorted())
})

it('the README says what each reason of a 503 means', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, told = ''] = /^- (\*\*503 `Unavailable`\*\*[^]*?)\n- /m.exec(readme) ?? []
  const [reasons, readiness = ''] = told.split('`/readyz` says')
  for (const [reason, facts] of Object.entries(errorReasons.Unavailable)) {
    // What only the wizard meets, no caller does.
    if ('met' in facts && facts.met === 'wizard') continue
    expect('met' in facts ? readiness : reasons).toContain(`\`${reason}\``)
  }
  for (const reason of ['key', 'connectors']) expect(readiness).toContain(`\`${reason}\``)
})
