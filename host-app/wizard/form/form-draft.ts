import type { FlowConnector } from '@bobbin/shared/connector-info'
import { isVerbatim, type Values } from '@bobbin/shared/setting-rules'
import { displayName, formProperties } from './settings.ts'

/** What of a form is kept until it is saved: what was typed, but no secret; of those only that there was one. */
export interface FormDraft {
  readonly type: string
  readonly values: Values
  /** Settings to be typed again. */
  readonly secrets: readonly string[]
}

/** The draft of what was changed in the form, and of secrets that are still to be typed again; null: there is none. */
export function draftOf(
  connector: FlowConnector,
  changed: Values,
  toRetype: readonly string[],
): FormDraft | null {
  const secret = new Set(connector.properties.filter(isVerbatim).map(({ name }) => name))
  const entries = Object.entries(changed)
  const isSecret = ([name, value]: [string, string]) => secret.has(name) || mayHoldSecret(value)
  const values = Object.fromEntries(entries.filter((entry) => !isSecret(entry)))
  const typed = entries.filter((entry) => isSecret(entry) && entry[1] !== '').map(([name]) => name)
  const secrets = [...toRetype, ...typed]
  if (secrets.length + Object.keys(values).length === 0) return null
  return { type: connector.type, values, secrets }
}

/** What was kept, so far as it belongs to this form. */
export function parseDraft(kept: unknown, connector: FlowConnector): FormDraft {
  const { type, values, secrets } = (kept ?? {}) as Partial<Record<keyof FormDraft, unknown>>
  const names = [displayName, ...formProperties(connector.properties).map(({ name }) => name)]
  const isOurs = type === connector.type
  const held: Record<string, unknown> = isOurs && typeof values === 'object' ? { ...values } : {}
  const found = names.map((name) => [name, held[name]] as const)
  return {
    type: connector.type,
    values: Object.fromEntries(found.filter((one): one is [string, string] => typeof one[1] === 'string')),
    secrets: isOurs && Array.isArray(secrets) ? names.filter((name) => secrets.includes(name)) : [],
  }
}

/** A password that was pasted where none belongs: within an address, as a part of a connection string, or a key. */
export function mayHoldSecret(text: string): boolean {
  const hasPassword = /\/\/[^/?#\s]*:[^/?#\s]*@|PRIVATE KEY/.test(text)
  return hasPassword || /(pass|pwd|secret|token|key)\w*\s*[=:]/i.test(text)
}
