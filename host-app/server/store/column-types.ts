/**
 * How values lie in columns, in SQLite and PostgreSQL alike: JSON as text, times in milliseconds, booleans
 * as 0 and 1. Ids that we make are text.
 */
export type Json = string
export type Millis = number
export type Flag = 0 | 1
