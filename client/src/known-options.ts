import { tellDeveloper } from './tell-developer.ts'

/** Says on the console which options are none of those that are known: misspelt ones would be missed in silence. */
export function warnUnlessKnown(fn: string, given: object, known: string): void {
  const unknown = Object.keys(given).filter((name) => !known.split(' ').includes(name))
  if (unknown[0]) tellDeveloper(`${fn} does not take ${unknown}. It takes ${known}.`)
}
