import type { CallerTables } from './caller-tables.ts'
import type { EventTables } from './event-tables.ts'
import type { FlowTables } from './flow-tables.ts'
import type { SourceTables } from './source-tables.ts'

/** The rows as stored. What leaves the server passes through a schema of `shared` first. */
export interface Tables extends CallerTables, FlowTables, SourceTables, EventTables {}
