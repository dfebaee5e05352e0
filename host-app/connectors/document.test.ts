import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { expect, it } from 'vitest'
import { ownConnectors } from './own-connectors.ts'

/* What the documentation says of the connectors is what they say of themselves. */

const head = `# Connectors

What can be connected, and how far each was tried: drawn from what the connectors say of themselves. The settings of each stand
in its form, and for programs in \`GET /v4/source-types\`.
`
const foot =
  '`alpha`: not tried against all that it says it can do. `beta`: tried, and not used for long yet. `released`: neither.'

it('is drawn into docs/connectors.md', async () => {
  const infos = ownConnectors({ demoCrmUrl: 'https://crm.demo.test' })
    .map(({ info }) => info)
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
  const text = [
    head,
    ...['## What they do', ''],
    ...table(['name', 'source type', 'category', 'stage', 'steps', 'sign in by', 'streams'], infos.map(work)),
    ...['', '## How they were tried', ''],
    ...table(['name', 'when', 'how', 'facts from'], infos.map(trial)),
    ...['', foot, ''],
  ].join('\n')
  await expect(text).toMatchFileSnapshot('../../docs/connectors.md')
})

function work(info: ConnectorInfo): string[] {
  const { name, type, category, stage, steps, auth_methods: methods, is_push: isPush } = info
  const streams = steps.includes('discover_schema')
    ? `${info.stream_noun ?? 'stream'}s, found by a check`
    : isPush
      ? 'pushed'
      : 'none'
  const walk = [...steps, 'fully_configured'].map((step) => `\`${step}\``).join(' → ')
  return [name, `\`${type}\``, category, stage, walk, methods.map(({ title }) => title).join(', '), streams]
}

function trial({ name, verified }: ConnectorInfo): string[] {
  if (!verified) return [name, '', 'nobody has said', '']
  const { how, date, page } = verified
  return [name, date, how, page === null ? 'there is no vendor' : `<${page}>`]
}

function table(heads: string[], rows: string[][]): string[] {
  const lines = [heads, heads.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
}
