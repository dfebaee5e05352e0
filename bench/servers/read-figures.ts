import { readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { HostApp } from './host-app.ts'
import type { ProcessFigures } from './process-watch.ts'

/** The module that is loaded into a server whose figures are to be read. */
export const processWatch = import.meta.resolve('./process-watch.ts')

/** What the server came to since this was last asked. */
export async function readFigures(
  { signal }: Pick<HostApp, 'signal'>,
  file: string,
): Promise<ProcessFigures> {
  await rm(file, { force: true })
  signal('SIGUSR2')
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.endsWith('}')) return JSON.parse(text) as ProcessFigures
    await delay(5)
  }
}
