import { rename, writeFile } from 'node:fs/promises'
import process from 'node:process'
import type { Connector } from '../connectors/connector.ts'
import { tellLine } from './shell.ts'

/**
 * What a program renews while it is tried replaces what it was given: it would be lost with its folder. Beside the file of
 * settings another is written that has it, for its owner alone, and what it holds is told without its values.
 */
export async function keepRenewed(
  { info, settingsOf }: Pick<Connector, 'info' | 'settingsOf'>,
  { file, settings }: { file: string; settings: Readonly<Record<string, string>> },
  left: Readonly<Record<string, unknown>>,
): Promise<void> {
  const found = settingsOf?.(left) ?? left
  const renewed = info.properties.flatMap(({ name, tap_mutable: isMutable }): [string, string][] => {
    const value = found[name]
    return isMutable && typeof value === 'string' && value !== settings[name] ? [[name, value]] : []
  })
  if (renewed.length === 0) return
  const path = `${file}.renewed`
  const text = `${JSON.stringify({ ...settings, ...Object.fromEntries(renewed) }, null, 2)}\n`
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, text, { mode: 0o600 })
  await rename(unfinished, path)
  tellLine(`It renewed ${renewed.map(([name]) => name).join(', ')}: ${path} has the settings to go on with.`)
}
