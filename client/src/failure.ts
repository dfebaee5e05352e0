import { pageErrors } from '@bobbin/shared/page-errors'
import type { ErrorFields } from './errors.ts'
import type { Flow } from './flow.ts'
import { tellDeveloper } from './tell-developer.ts'

/** Makes the error of a code for a flow, with the table's sentence and how far the flow had come. */
export type Fail = (code: string, fields?: ErrorFields) => Error

/** A failure as the host tells it, by whichever way. Its code need not be one that pages know. */
export interface HostError {
  readonly code: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

export function failuresOf(flow: Flow, facts: () => ErrorFields): Fail {
  const table: { readonly [code: string]: { readonly sentence: string; readonly retryable: boolean } } =
    pageErrors
  return (code, fields) => {
    const all = { ...facts(), ...fields }
    const { sentence, retryable } = table[code] ?? pageErrors.Internal
    const message = sentence.replace(/<(.+)>/, (_, name) => String(name === 'id' ? all.sourceId : all.type))
    return flow.createError(code, { retryable, ...all, message })
  }
}

/** The error class of a failure, with the facts that came with it as its fields. */
export function errorFromHost(fail: Fail, { code, message, data }: HostError, more?: ErrorFields): Error {
  const error = fail(code, { ...data, ...(data['option'] ? { problem: message } : {}), data, ...more })
  // Behind Stitch's sentence: whoever sets a page up for production meets this first, and has to know what to allow.
  if (data['reason'] === 'origin') tellDeveloper((error.message += ` ${message}`))
  return error
}
