import { HostError, type AnswerlessCode } from '../host-error.ts'

/** Codes of the host's envelope, and the client's own. */
export type CatalogErrorCode =
  | AnswerlessCode
  | 'NotLoggedIn'
  | 'LoggedOut'
  | 'SessionEnded'
  | 'BadRequest'
  | 'InvalidBody'
  | 'AccessDenied'
  | 'OriginNotAllowed'
  | 'NotFound'
  | 'SourceNotFound'
  | 'UnknownSourceType'
  | 'Conflict'
  | 'RateLimited'
  | 'Internal'
  | 'Unavailable'

/** What the catalog's host answered instead of what was asked for, or why it was not asked. */
export class CatalogError extends HostError<CatalogErrorCode> {}
// On the prototype: the class is anonymous once minified.
CatalogError.prototype.name = 'CatalogError'
