import { HostError, type AnswerlessCode } from './host-error.ts'

/** Codes of the host's envelope, and three of the client's own for what comes without one. */
export type DirectoryErrorCode =
  | AnswerlessCode
  | 'BadRequest'
  | 'Unauthorized'
  | 'OriginNotAllowed'
  | 'NotFound'
  | 'RateLimited'
  | 'Internal'
  | 'Unavailable'

/** What the directory answered instead of connectors, or that it did not answer. */
export class DirectoryError extends HostError<DirectoryErrorCode> {}
// On the prototype: the class is anonymous once minified.
DirectoryError.prototype.name = 'DirectoryError'
