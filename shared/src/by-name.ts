import { z } from 'zod'

/**
 * An object whose keys are names of the user's: columns, streams. One may be called `__proto__`, which zod's own
 * record leaves out, so what was parsed is the object that came.
 */
export function byName<Value extends z.ZodType>(
  value: Value,
  { longestName = Infinity }: { longestName?: number } = {},
): z.ZodType<Record<string, z.output<Value>>, Record<string, z.output<Value>>> {
  const additionalProperties = Object.fromEntries(
    Object.entries(z.toJSONSchema(value)).filter(([key]) => !key.startsWith('$') && !key.startsWith('~')),
  )
  // Whatever it is: nothing to look at, a hundred thousand times.
  const takesAll = value instanceof z.ZodUnknown && longestName === Infinity
  const schema = z
    .unknown()
    .superRefine((input, context) => {
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        return context.addIssue({ code: 'invalid_type', expected: 'record', input })
      }
      if (takesAll) return
      for (const [name, item] of Object.entries(input)) {
        if (name.length > longestName) {
          context.addIssue({
            code: 'custom',
            message: `A name has ${longestName} characters at most.`,
            path: [name],
          })
        }
        for (const issue of value.safeParse(item).error?.issues ?? []) {
          context.addIssue({ code: 'custom', message: issue.message, path: [name, ...issue.path] })
        }
      }
    })
    .meta({ type: 'object', additionalProperties })
  return schema as unknown as z.ZodType<Record<string, z.output<Value>>, Record<string, z.output<Value>>>
}
