import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { OperatorError } from '../ground/operator-error.ts'

/** What the system says of a folder that cannot be had. */
const codes = ['EACCES', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS', 'ENOSPC']

/**
 * Makes the data folder where there is none, for its owner only.
 *
 * @throws {OperatorError} where that cannot be.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  await explainFolder(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }))
  await requireWritable(folder)
}

/** @throws {OperatorError} where this process may not work in the folder. */
export function requireWritable(folder: string): Promise<void> {
  return explainFolder(folder, () => access(folder, constants.R_OK | constants.W_OK | constants.X_OK))
}

/** Does something in the folder; a refusal by the system names the folder and the setting. */
export async function explainFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!codes.includes(code)) throw error
    const advice =
      code === 'ENOSPC' ? 'make room there' : "make it this user's, or set BOBBIN_DATA_DIR to another folder"
    throw new OperatorError(`The data folder ${folder} cannot be written (${code}): ${advice}.`, {
      cause: error,
    })
  }
}
