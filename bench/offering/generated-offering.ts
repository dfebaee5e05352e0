import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { IndexEntry } from '../../host-app/connectors/connector-index.ts'
import { summaryOf } from '../../host-app/connectors/connector-summary.ts'
import { stripe } from '../../host-app/connectors/stripe/connector.ts'

const original = new URL('../../host-app/connectors/stripe/connector.ts', import.meta.url)

/** The module that is loaded into a server whose own connectors are those of `BENCH_INDEX`. */
export const generatedIndex = import.meta.resolve('./generated-index.ts')

/** Of the connector that every offering has. */
export const firstType = 'platform.generated-0'

/**
 * Writes as many connectors into the folder, each a module of its own with all that a real one has, and the index that the
 * build would have made of them. Answers with its path.
 */
export async function generateOffering(folder: string, count: number): Promise<string> {
  await mkdir(folder, { recursive: true })
  const text = await readFile(original, 'utf8')
  const entries: IndexEntry[] = []
  for (let number = 0; number < count; number += 1) {
    const slug = `generated-${number}`
    const named = { type: `platform.${slug}`, slug, name: `Generated ${number}` }
    const module = `${folder}/${slug}.ts`
    await writeFile(module, renamed(text, named))
    entries.push({ summary: summaryOf({ ...stripe.info, ...named }), module, name: 'connector' })
  }
  const file = `${folder}/index.json`
  await writeFile(file, JSON.stringify(entries))
  return file
}

/** The original under another name, and at another place. */
function renamed(text: string, { type, slug, name }: { type: string; slug: string; name: string }): string {
  const { info } = stripe
  const changes = [
    [`type: '${info.type}'`, `type: '${type}'`],
    [`slug: '${info.slug}'`, `slug: '${slug}'`],
    [`name: '${info.name}'`, `name: '${name}'`],
    ['export const stripe =', 'export const connector ='],
  ] as const
  const changed = changes.reduce((sofar, [from, to]) => {
    if (!sofar.includes(from)) throw new Error(`The original has no ${from}.`)
    return sofar.replace(from, to)
  }, text)
  return changed.replaceAll(
    / from '(\.[^']+)'/g,
    (_, path: string) => ` from '${new URL(path, original).href}'`,
  )
}
