import type { ErrorRow } from './read-error-table.mjs'

export function errorPage(rows: readonly ErrorRow[]): string
