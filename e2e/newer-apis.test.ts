import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { newerApis } from './newer-apis.ts'

/** What browsers load, as it was built; of the wizard's assets, which stay for a day, those of the last build. */
function builtScripts(): [string, string][] {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const client = readdirSync(`${root}client/dist`).filter((name) => name.endsWith('.js'))
  const { start, script, screens, parts } = JSON.parse(
    readFileSync(`${root}host-app/dist/wizard/manifest.json`, 'utf8'),
  )
  const wizard = new Set<string>([start, ...script, ...screens, ...Object.values<string[]>(parts).flat()])
  const paths = [
    ...client.map((name) => `client/dist/${name}`),
    ...[...wizard].map((path) => path.replace('/wizard/', 'host-app/dist/wizard/')),
  ]
  return paths.map((path) => [path, readFileSync(root + path, 'utf8')])
}

/** Names that are not told from others' by their look; the story in a browser without them has to do. */
const ambiguous = new Set(
  'difference drop every filter find flatMap map reduce some take transfer union with size'.split(' '),
)

/** Where a script speaks of it. */
function mention(owner: string, name: string): RegExp | null {
  // Neither a text nor what something else has under that name.
  const alone = `(?<![.'"\`\\w-])`
  if (owner === 'globalThis') return new RegExp(`(?:${alone}|\\b(?:window|self|globalThis)\\.)${name}\\b`)
  if (owner.endsWith('.prototype')) return ambiguous.has(name) ? null : new RegExp(`\\.${name}\\b`)
  return new RegExp(`\\b${owner}\\.${name}\\b`)
}

/** Of the language itself: static blocks, looking behind, and sets in regular expressions. */
const newerSyntax = [/\bstatic\{/, /\(\?<[=!]/, /\/[dgimsuy]*v[dgimsuy]*[,;)]/]

it.each(builtScripts())('%s needs nothing that browsers of four years ago lack', (_, text) => {
  const apis = Object.entries(newerApis).flatMap(([owner, names]) =>
    names.filter((name) => mention(owner, name)?.test(text)).map((name) => `${owner}.${name}`),
  )
  expect(apis).toEqual([])
  expect(newerSyntax.filter((syntax) => syntax.test(text))).toEqual([])
})
