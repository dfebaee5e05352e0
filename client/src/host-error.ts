/** Codes of our own, for what comes without the host's envelope. */
export type AnswerlessCode = 'Unreachable' | 'UnexpectedReply' | 'TokenUnavailable'

export interface HostErrorFacts {
  readonly status?: number
  readonly data?: Readonly<Record<string, unknown>>
  readonly requestId?: string | null
  readonly cause?: unknown
}

/** What a host answered instead of what was asked for, or that it did not answer. */
export class HostError<Code extends string = string> extends Error {
  /** A later host may have further ones. */
  readonly code: Code | (string & {})
  /** Of HTTP; 0 where nothing came back. */
  readonly status: number
  /** Further facts, as the host sent them: of a BadRequest, `paths` says what is wrong with which parameter. */
  readonly data: Readonly<Record<string, unknown>>
  /** By which the host's operator finds the request in the log; null where none came back. */
  readonly requestId: string | null

  constructor(
    code: Code | (string & {}),
    message: string,
    { status = 0, data = {}, requestId = null, cause }: HostErrorFacts = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.status = status
    this.data = data
    this.requestId = requestId
  }
}

/** The class of one entry's errors. */
export type HostErrorClass = new (code: string, message: string, facts?: HostErrorFacts) => HostError
