import type { StreamAccess } from '@bobbin/shared/catalog'
import { streamText } from '@bobbin/shared/stream-search'
import type { StreamWindow } from '@bobbin/shared/wizard-api'
import { accessSentence } from '../messages/en/stream-access.ts'

/** One stream as the list shows it, with what was chosen for it before. */
export interface StreamItem {
  readonly tap_stream_id: string
  readonly stream_name: string
  /** What searches look in. */
  readonly text: string
  /** null: never chosen. */
  readonly selected: boolean | null
  readonly preselected: boolean
  readonly is_view: boolean
  readonly row_count: number | null
  readonly field_count: number
  readonly replication_method: StreamWindow['replication_method'][number]
  readonly change: StreamWindow['change'][number]
  /** The app needs it: it comes unless something is in the way. */
  readonly required: boolean
  /** Why nobody can have it. */
  readonly access: StreamAccess | null
  /** Why it cannot be ticked as it is. */
  readonly blocked: string | null
}

export function itemsOf(columns: StreamWindow): StreamItem[] {
  return columns.tap_stream_id.map((tap_stream_id, index) => {
    const access = columns.access[index] ?? null
    const stream_name = columns.stream_name[index] ?? ''
    return {
      tap_stream_id,
      stream_name,
      text: streamText({ tap_stream_id, stream_name }),
      selected: columns.selected[index] ?? null,
      preselected: columns.preselected[index] ?? false,
      is_view: columns.is_view[index] ?? false,
      row_count: columns.row_count[index] ?? null,
      field_count: columns.field_count[index] ?? 0,
      replication_method: columns.replication_method[index] ?? null,
      change: columns.change[index] ?? null,
      required: columns.required[index] ?? false,
      access,
      blocked: access ? accessSentence(access) : (columns.blocked[index] ?? null),
    }
  })
}
