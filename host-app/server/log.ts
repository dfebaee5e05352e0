import { pino, type DestinationStream, type Logger } from 'pino'

const secretWord =
  /secret|password|passphrase|token|authorization|cookie|credential|private_?key|code_verifier/i

/** How deep a logged object is looked through; deeper parts are not logged. */
const depthLimit = 6

/**
 * JSON lines on standard output. Values under a name that sounds secret never get there, however deep
 * they lie. Text is not cleaned: who logs a sentence sees to it that no secret is inside.
 */
export function createLog(level: string, destination: DestinationStream = pino.destination(1)): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      log: (fields: object) => censorFields(fields, 0),
      level: (label: string) => ({ level: label }),
    },
    serializers: { err: pino.stdSerializers.err },
  }
  return pino(options, destination)
}

function censorFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      secretWord.test(name) ? '[secret]' : censor(value, depth),
    ]),
  )
}

function censor(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  if (depth >= depthLimit) return '[deep]'
  if (Array.isArray(value)) return value.map((item: unknown) => censor(item, depth + 1))
  return censorFields(value, depth + 1)
}
