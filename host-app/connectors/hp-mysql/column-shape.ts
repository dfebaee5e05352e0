import { violation } from './packet-guard.ts'

/** What is the same of all columns that are alike. */
export interface ColumnShape {
  /** As the server calls it, without length and the like: `bigint`. */
  readonly dataType: string
  /** With them: `bigint(20) unsigned`; cut where it is long. */
  readonly columnType: string
  readonly isNullable: boolean
  /** Characters, or bytes of what is binary; null where there are none. */
  readonly maxLength: number | null
  /** Digits behind the point; null where it is no number. */
  readonly scale: number | null
  /** Part of the primary key, or of the unique one that the server takes for it. */
  readonly isKey: boolean
  readonly mayRead: boolean
  /** `select *` leaves it out. */
  readonly isInvisible: boolean
}

const form = /^([^|]*)\|([01])\|(\d*)\|(\d*)\|([A-Z]*)\|([01])\|([01])\|([^]*)$/

/** Reads what `catalog-queries.ts` has the server write. Throws `ConnectorError`. */
export function readShape(text: string): ColumnShape {
  const [, dataType, nullable, length, scale, key, mayRead, invisible, columnType] = form.exec(text) ?? []
  if (dataType === undefined || columnType === undefined) throw violation()
  return {
    dataType,
    columnType: columnType.toLowerCase(),
    isNullable: nullable === '1',
    maxLength: length ? Number(length) : null,
    scale: scale ? Number(scale) : null,
    isKey: key === 'PRI',
    mayRead: mayRead === '1',
    isInvisible: invisible === '1',
  }
}
