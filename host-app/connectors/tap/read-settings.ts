import { z } from 'zod'
import { meltanoSettings, meltanoList } from './meltano-settings.ts'
import { schemaSettings } from './schema-settings.ts'
import type { TapSetting } from './tap-file.ts'
import { TapFileError } from './tap-file.ts'

const about = z.looseObject({
  name: z.string().optional(),
  description: z.string().nullish(),
  settings: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
})

/** What a file of settings says of a tap. */
export interface FoundSettings {
  readonly settings: TapSetting[]
  /** In the tap's own words, if it says. */
  readonly description: string | null
}

/**
 * Reads the settings of a tap: JSON Schema of its config, what `tap --about --format=json` prints, or Meltano's list.
 * @throws {TapFileError} where it is none of them.
 */
export function readSettings(found: unknown): FoundSettings {
  const list = meltanoList.safeParse(found)
  if (list.success) return { settings: checked(meltanoSettings(list.data)), description: null }
  const said = about.safeParse(found)
  if (said.success) {
    const description = said.data.description?.trim() || null
    return { settings: checked(schemaSettings(said.data.settings)), description }
  }
  const isSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) }).safeParse(found)
  if (isSchema.success) return { settings: checked(schemaSettings(isSchema.data)), description: null }
  if (isListLike(found)) {
    const [issue] = list.error.issues
    throw new TapFileError(`its list of settings cannot be used: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  throw new TapFileError(
    'it is neither a JSON Schema with `properties`, nor Meltano’s list of `settings`, nor what a tap prints for --about --format=json',
  )
}

function isListLike(found: unknown): boolean {
  return typeof found === 'object' && found !== null && 'settings' in found && Array.isArray(found.settings)
}

const unusableNames = new Set(['__proto__', 'constructor', 'prototype'])

/** Two that share a place in the config, or one that lies within another, would overwrite each other. */
function checked(settings: TapSetting[]): TapSetting[] {
  const places = new Map<string, string[]>()
  for (const { in_config: path } of settings) {
    const bad = path.find((name) => unusableNames.has(name))
    if (bad !== undefined) throw new TapFileError(`a setting cannot be called ${bad}`)
    const key = JSON.stringify(path)
    if (places.has(key)) throw new TapFileError(`the setting ${path.join('.')} is there twice`)
    places.set(key, path)
  }
  for (const path of places.values()) {
    for (let length = 1; length < path.length; length += 1) {
      if (!places.has(JSON.stringify(path.slice(0, length)))) continue
      throw new TapFileError(
        `${path.join('.')} lies within ${path.slice(0, length).join('.')}, which is a setting, too`,
      )
    }
  }
  return settings
}
