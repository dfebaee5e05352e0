import type { CheckFailure } from '@bobbin/shared/check'
import { errorTable, type CheckErrorCode } from '@bobbin/shared/errors'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Scrub } from '../../ground/scrub.ts'
import { failureSentence } from './failure-sentence.ts'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'

/** The secret settings among these, by what the connector says of its properties. */
export function secretsIn(info: ConnectorInfo, settings: Readonly<Record<string, string>>): string[] {
  return info.properties.flatMap(({ name, is_credential: isSecret }) => {
    const value = settings[name]
    return isSecret && value ? [value] : []
  })
}

/** A failure for the person; `detail` is scrubbed, and only a property of the connector can be at fault. */
export function checkFailure(
  code: CheckErrorCode,
  { field = null, detail = null }: { field?: string | null; detail?: string | null } = {},
): CheckFailure {
  return { code, message: errorTable[code].sentence, field, detail }
}

/** What a connector threw, as a failure. What it did not explain stays unexplained. */
export function failureOf(error: unknown, info: ConnectorInfo, scrub: Scrub): CheckFailure {
  if (!isConnectorError(error)) return checkFailure('CheckFailed')
  const { code, detail } = error
  const field = info.properties.find(({ name }) => name === error.field)?.name ?? null
  return {
    code,
    message: failureSentence(code, field, info),
    field,
    detail: typeof detail === 'string' ? scrub(detail).slice(0, 500) : null,
  }
}
