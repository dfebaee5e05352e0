import { OutageError, type Outage } from '../ground/outage.ts'

/** What is wrong with the store, by SQLite's primary result codes. */
const reasons = {
  5: 'busy',
  6: 'busy',
  8: 'read_only',
  10: 'io',
  11: 'damaged',
  13: 'disk_full',
  14: 'unreachable',
  26: 'damaged',
} as const

/** The index of the log could not grow: SQLite calls it an I/O error, and it is a full disk. */
const noRoomForIndex = 4874

/** SQLite's primary code of one of its codes, by which a full disk is a full disk wherever it shows. */
export function primaryCode(errcode: number): number {
  return errcode === noRoomForIndex ? 13 : errcode & 0xff
}

export type StorageFault = (typeof reasons)[keyof typeof reasons] | 'file_gone'

/** The store cannot do its work now, whoever asks for it. What was asked for has not been done. */
export class StorageError extends OutageError {
  override readonly name = 'StorageError'
  /** For logs and metrics; the same words at all times. */
  readonly code: StorageFault
  /** SQLite's own. */
  readonly errcode: number | null

  constructor(
    code: StorageFault,
    message: string,
    { cause, errcode }: { cause?: unknown; errcode?: number } = {},
  ) {
    super(message, { cause })
    this.code = code
    this.errcode = errcode ?? null
  }

  get outage(): Outage {
    return { reason: 'storage', fault: this.code, message: `the store cannot be used: ${this.message}` }
  }
}

/** The driver's error, as a `StorageError` where it tells of the store and not of a statement. */
export function storageErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error
  const code = reasons[primaryCode(error.errcode) as keyof typeof reasons]
  return code === undefined
    ? error
    : new StorageError(code, error.message, { cause: error, errcode: error.errcode })
}
