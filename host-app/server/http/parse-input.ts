import type { ErrorCode } from '@bobbin/shared/errors'
import type { z } from 'zod'
import { AppError } from '../ground/app-error.ts'

/**
 * Parses what came from outside.
 * @throws {AppError} of this code; `data.paths` maps each path at fault to a sentence, without the values.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCode,
  message?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const paths = Object.fromEntries(
    parsed.error.issues.slice(0, 50).map(({ path, message }) => [path.map(String).join('.'), message]),
  )
  throw new AppError(code, { ...(message === undefined ? {} : { message }), data: { paths } })
}
