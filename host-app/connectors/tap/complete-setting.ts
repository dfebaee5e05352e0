import { cleanName } from '@bobbin/shared/clean-name'
import { isRenewedName, isSdkName, isSecretName, titleOf } from './setting-names.ts'
import type { TapSetting } from './tap-file.ts'

/** What a description of settings says of one, in whatever form. */
export interface DescribedSetting extends Pick<
  TapSetting,
  'name' | 'in_config' | 'kind' | 'items' | 'minimum' | 'maximum'
> {
  readonly title: string | null | undefined
  readonly description: string | null | undefined
  readonly placeholder: string | null | undefined
  readonly required: boolean
  readonly secret: boolean
  readonly inForm: boolean
  readonly options: readonly { readonly value: unknown; readonly title: string }[] | undefined
  readonly default: unknown
}

/** The setting with what its name tells beside what was said of it; without what would not be true. */
export function completeSetting(described: DescribedSetting): TapSetting {
  const { name, in_config: path, kind, items, minimum, maximum } = described
  const options = described.options?.flatMap(({ value, title }) =>
    isScalar(value) ? [{ value, title: shown(title, 200) ?? String(value) }] : [],
  )
  const isChoice = options !== undefined && options.length > 0 && kind !== 'list' && kind !== 'json'
  const holdsText = !isChoice && (kind === 'text' || kind === 'json' || kind === 'list')
  const isSecret = described.secret || (holdsText && isSecretName(name))
  const usual = isSecret ? undefined : defaultOf(described.default, kind)
  const description = shown(described.description, 2_000)
  const placeholder = shown(described.placeholder, 200)
  return {
    name,
    in_config: path,
    kind,
    title: shown(described.title, 200) ?? titleOf(name),
    ...(description !== null && { description }),
    ...(placeholder !== null && !isSecret && { placeholder }),
    ...(described.required && { required: true }),
    ...(isSecret && { secret: true }),
    ...(isRenewedName(name) && { renewed_by_tap: true }),
    ...((!described.inForm || isSdkName(path[0] ?? '')) && { in_form: false }),
    ...(isChoice && { options }),
    ...(kind === 'list' && { items: items ?? 'text' }),
    ...(usual !== undefined && { default: usual }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  }
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function defaultOf(value: unknown, kind: TapSetting['kind']): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  if (kind === 'list' || kind === 'json' || typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

/** Null where nothing is said. */
function shown(value: string | null | undefined, most: number): string | null {
  const text = cleanName(value ?? '').trim()
  return text === '' ? null : text.slice(0, most)
}
