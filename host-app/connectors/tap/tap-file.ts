import { join } from 'node:path'
import process from 'node:process'
import { connectorCategories } from '@bobbin/shared/connector-categories'
import { z } from 'zod'

/** How the value of a setting stands in the tap's config. */
const settingKinds = ['text', 'integer', 'number', 'boolean', 'date', 'email', 'list', 'json'] as const

const jsonScalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** One setting of a tap: what the form asks for, and where in the tap's config it goes. */
const tapSetting = z.strictObject({
  /** Its name in Bobbin. */
  name: z
    .string()
    .max(100)
    .regex(/^[a-z][a-z0-9_]*$/),
  /** Its place in the config, by the tap's own names; several where objects lie in objects. */
  in_config: z.array(z.string().min(1).max(200)).min(1).max(8),
  kind: z.enum(settingKinds),
  title: z.string().min(1).max(200),
  description: z.string().max(2_000).optional(),
  placeholder: z.string().max(200).optional(),
  required: z.boolean().optional(),
  /** Sealed, and never shown again. */
  secret: z.boolean().optional(),
  /** The tap may write another value into its config, which is kept. */
  renewed_by_tap: z.boolean().optional(),
  /** false: for the API alone. */
  in_form: z.boolean().optional(),
  /** What there is to choose from; a title for people beside a value. */
  options: z
    .array(z.strictObject({ value: jsonScalar, title: z.string().min(1).max(200) }))
    .min(1)
    .max(500)
    .optional(),
  /** Of a list: what its items are. */
  items: z.enum(['text', 'integer', 'number', 'json']).optional(),
  /** As a text, like all values of settings. */
  default: z.string().max(65_536).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
})
export type TapSetting = z.infer<typeof tapSetting>

/** All that makes a connector of a Singer tap. `bobbin connectors add-tap` writes it, and whoever likes edits it. */
export const tapFile = z.strictObject({
  /** Its type is `tap.` and this. */
  name: z
    .string()
    .max(60)
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
  title: z.string().min(1).max(100),
  category: z.enum(connectorCategories),
  description: z.string().max(500),
  /**
   * The program, by its absolute path, and its arguments; `--config FILE --discover` come behind them. What begins with `./`
   * lies beside the file, and `node` is the Node that Bobbin itself runs on.
   */
  command: z.array(z.string().min(1).max(4_096)).min(1).max(50),
  settings: z.array(tapSetting).max(300),
})
export type TapFile = z.infer<typeof tapFile>

/** A description of a tap cannot be used; the message says why, in words for the operator. */
export class TapFileError extends Error {
  override readonly name = 'TapFileError'
}

/** What a file in that folder describes, its program by an absolute path. @throws {TapFileError} */
export function parseTapFile(text: string, folder: string): TapFile {
  const parsed = tapFile.safeParse(jsonOf(text))
  if (parsed.success) return { ...parsed.data, command: commandIn(folder, parsed.data.command) }
  const [issue] = parsed.error.issues
  throw new TapFileError(`it is no description of a tap: ${issue?.path.join('.')}: ${issue?.message}`)
}

function commandIn(folder: string, [program = '', ...rest]: readonly string[]): string[] {
  const beside = (word: string) => (word.startsWith('./') ? join(folder, word) : word)
  return [program === 'node' ? process.execPath : beside(program), ...rest.map(beside)]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TapFileError('it is not JSON', { cause })
  }
}
