import { streamText } from '@bobbin/shared/stream-search'
import type { StreamWindow } from '@bobbin/shared/wizard-api'
import type { StreamItem } from './stream-item.ts'

/** What a test says of a stream. */
export interface Row {
  name: string
  selected?: boolean | null
  preselected?: boolean
  blocked?: string | null
  access?: StreamItem['access']
  required?: boolean
  isView?: boolean
}

export function streamItem({
  name,
  selected = null,
  preselected = false,
  access = null,
  required = false,
  blocked = access && 'Cannot be read.',
  isView,
}: Row): StreamItem {
  const names = { tap_stream_id: `db-${name}`, stream_name: name }
  return {
    ...names,
    text: streamText(names),
    selected,
    preselected: preselected && selected === null && blocked === null,
    is_view: isView ?? false,
    row_count: null,
    field_count: 1,
    replication_method: null,
    change: null,
    required,
    access,
    blocked,
  }
}

/** Streams as the server sends them. */
export function windowOf(streams: readonly StreamItem[]): Omit<StreamWindow, 'version' | 'tally'> {
  return {
    tap_stream_id: streams.map((one) => one.tap_stream_id),
    stream_name: streams.map((one) => one.stream_name),
    selected: streams.map((one) => one.selected),
    preselected: streams.map((one) => one.preselected),
    is_view: streams.map((one) => one.is_view),
    row_count: streams.map((one) => one.row_count),
    field_count: streams.map((one) => one.field_count),
    replication_method: streams.map((one) => one.replication_method),
    change: streams.map((one) => one.change),
    required: streams.map((one) => one.required),
    access: streams.map((one) => one.access),
    blocked: streams.map((one) => one.blocked),
  }
}
