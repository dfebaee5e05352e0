import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const script = `
  const { endWithParent } = await import(process.argv[1])
  process.on('SIGTERM', () => { console.log('told'); process.exit(0) })
  endWithParent()
  setInterval(() => {}, 60_000)
  console.log('there')`

it('a script ends in good order when the shell that npm started it by has been killed', async () => {
  const module = new URL('end-with-parent.mjs', import.meta.url).href
  const command = '"$0" --input-type=module -e "$1" "$2"; true'
  const shell = spawn('/bin/sh', ['-c', command, process.execPath, script, module])
  const lines = createInterface(shell.stdout)
  expect(await once(lines, 'line')).toEqual(['there'])
  const told = once(lines, 'line')
  shell.kill('SIGKILL')
  expect(await told).toEqual(['told'])
})
