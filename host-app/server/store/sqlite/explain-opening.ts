import { OperatorError } from '../../ground/operator-error.ts'
import { primaryCode } from '../storage-error.ts'

/** SQLite's primary result codes, and what they mean to who opens a file. */
const problems: Readonly<Record<number, string>> = {
  8: "cannot be written: make it this user's",
  10: 'cannot be read or written: look at the disk, and at the system log',
  11: 'is damaged: stop the server and restore a backup',
  13: 'cannot grow, the disk is full: make room',
  14: "cannot be opened: look at its folder's rights, or set BOBBIN_DATA_DIR to another folder",
  26: 'is no database: move it away, or restore a backup',
}

/** Opens a file of SQLite's; where that cannot be, the error names the file and says what to do. */
export function explainOpening<Result>(file: string, open: () => Result): Result {
  try {
    return open()
  } catch (error) {
    throw openingError(file, error)
  }
}

/** The same error, or a sentence for the operator where there is one. */
export function openingError(file: string, error: unknown): unknown {
  const code = primaryCode(errorCodeOf(error))
  const problem = problems[code]
  return problem === undefined ? error : new OperatorError(`${file} ${problem}.`, { cause: error })
}

/** SQLite's own code of an error, or of what caused it; 0 when it has none. */
function errorCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return 0
  return 'errcode' in error ? Number(error.errcode) : errorCodeOf(error.cause)
}
