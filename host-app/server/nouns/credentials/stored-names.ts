import { z } from 'zod'

const storedNames = z.array(z.string())

/** The names of what is sealed, as they lie beside it. */
export function parseNames(names: string): string[] {
  return storedNames.parse(JSON.parse(names))
}
