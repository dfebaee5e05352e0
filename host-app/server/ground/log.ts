import { pino, type DestinationStream, type Logger } from 'pino'
import { logOutput } from './log-output.ts'
import { currentRequestId } from './request-context.ts'

/** The field of a line that names its request, as the error envelope does. */
export const requestIdLabel = 'request_id'

const secretWord =
  /secret|password|passphrase|token|authorization|cookie|credential|private_?key|code_verifier/i

/** How deep a logged object is looked through; deeper parts are not logged. */
const depthLimit = 6

/**
 * JSON lines on standard output. Values under a name that sounds secret never get there, however deep they
 * lie and whatever holds them; nor do bytes. In text only what can be told by its form is taken out: the
 * credentials of an address, our own tokens, `Bearer` values. Who logs a sentence sees to the rest.
 */
export function createLog(level: string, destination: DestinationStream = logOutput()): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      log: (fields: object) => censorEntries(Object.entries(fields), 0),
      level: (label: string) => ({ level: label }),
    },
    mixin: nameRequest,
    // `censor` has described it by then.
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: scrubText },
  }
  return pino(options, destination)
}

/** Whatever is logged while a request is served names it; a request's own log does so by itself. */
function nameRequest(_fields: object, _level: number, log: Logger): object {
  const id = currentRequestId()
  return id === null || requestIdLabel in log.bindings() ? {} : { [requestIdLabel]: id }
}

/** On the whole line, so that no field, message or stack is forgotten. */
function scrubText(line: string): string {
  return line
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\?#]+@/gi, '$1[secret]@')
    .replaceAll(/\bbob_[a-z]+_[A-Za-z0-9_-]{8,}/g, '[secret]')
    .replaceAll(/\bBearer +[A-Za-z0-9._~+/=-]+/gi, 'Bearer [secret]')
}

function censorEntries(entries: Iterable<[unknown, unknown]>, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    [...entries].map(([name, value]) => [
      String(name),
      secretWord.test(String(name)) ? '[secret]' : censor(value, depth),
    ]),
  )
}

function censor(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= depthLimit) return '[deep]'
  if (value instanceof Error) return describeError(value, depth)
  if (value instanceof Date) return value
  // A query may hold a code or a token.
  if (value instanceof URL) return `${value.origin}${value.pathname}`
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[bytes]'
  if (value instanceof Map) return censorEntries(value, depth + 1)
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => censor(item, depth + 1))
  return censorEntries(Object.entries(value), depth + 1)
}

/** An error with all that drivers hang onto theirs, and with its causes. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...censorEntries(Object.entries(error), depth + 1),
    ...(error.cause === undefined ? {} : { cause: censor(error.cause, depth + 1) }),
  }
}
