import type { StreamAccess } from '@bobbin/shared/catalog'
import type { StreamColumns, StreamFields, StreamSearch, StreamWindow } from '@bobbin/shared/wizard-api'
import { createSelection } from '../streams/selection.ts'
import { itemsOf, type StreamItem } from '../streams/stream-item.ts'
import { createWholeList } from '../streams/whole-list.ts'

const words = ['orders', 'customers', 'invoices', 'line_items', 'payments', 'refunds', 'products', 'events']

/** As the server does: of very many streams only the first. */
export function previewColumns(count: number): StreamColumns {
  const all = previewStreams(count)
  const search = {
    q: '',
    only_selected: false,
    matching: [],
    ticked: [],
    unticked: [],
    offset: 0,
    with_tally: true,
  }
  return count > 2_000 ? { ...all, ...previewFound(count, search) } : all
}

/** What a search finds of so many streams. */
export function previewFound(count: number, search: StreamSearch): StreamWindow {
  const streams = itemsOf(previewStreams(count))
  const selection = createSelection({ rules: search.matching, touched: [] })
  const list = createWholeList(streams, selection)
  const all = { ...list.found }
  list.search({ q: search.q, onlySelected: search.only_selected })
  const found = { ...list.found }
  const some = Array.from({ length: 100 }, (_, index) => list.at(search.offset + index)).filter(
    (one) => one !== null,
  )
  return { ...windowOf(some), version: 1, tally: search.with_tally ? { all, found } : null }
}

function windowOf(some: readonly StreamItem[]): Omit<StreamWindow, 'version' | 'tally'> {
  return {
    tap_stream_id: some.map((one) => one.tap_stream_id),
    stream_name: some.map((one) => one.stream_name),
    selected: some.map((one) => one.selected),
    preselected: some.map((one) => one.preselected),
    is_view: some.map((one) => one.is_view),
    row_count: some.map((one) => one.row_count),
    field_count: some.map((one) => one.field_count),
    replication_method: some.map((one) => one.replication_method),
    change: some.map((one) => one.change),
    required: some.map((one) => one.required),
    access: some.map((one) => one.access),
    blocked: some.map((one) => one.blocked),
  }
}

/** Streams that nobody can have, by their place. */
const accesses: Record<number, StreamAccess> = {
  5: { reason: 'needs_scope', scope: 'payouts:read' },
  7: { reason: 'needs_plan', plan: 'Enterprise' },
  8: { reason: 'not_permitted' },
}

/** So many streams, with some of everything: views, blocked and locked ones, new ones, preselected ones. */
export function previewStreams(count: number): StreamColumns {
  const rows = Array.from({ length: count }, (_, index) => index)
  const nameOf = (index: number) =>
    index < words.length
      ? words[index]!
      : `${words[index % words.length]}_${Math.floor(index / words.length)}`
  return {
    tap_stream_id: rows.map((index) => `orders-public-${nameOf(index)}`),
    stream_name: rows.map(nameOf),
    selected: rows.map((index) => (index % 9 === 0 ? true : index % 4 === 0 ? false : null)),
    preselected: rows.map((index) => index === 2),
    is_view: rows.map((index) => index % 7 === 6),
    row_count: rows.map((index) => (index % 3 === 0 ? null : index * 1_237 + 1)),
    field_count: rows.map((index) => (index % 40) + 1),
    replication_method: rows.map((index) => (index % 2 === 0 ? 'FULL_TABLE' : 'INCREMENTAL')),
    change: rows.map((index) => (index === 1 ? 'added' : index === 3 ? 'changed' : null)),
    required: rows.map((index) => index === 1),
    access: rows.map((index) => accesses[index] ?? null),
    blocked: rows.map((index) =>
      index % 7 === 6 ? 'A view needs key fields. Open it to choose them.' : null,
    ),
    version: 1,
    tally: { all: { count, selectable: 0, selected: 0 }, found: { count, selectable: 0, selected: 0 } },
    added: count > 1 ? 1 : 0,
    changed: count > 3 ? 1 : 0,
    required_count: count > 1 ? 1 : 0,
    removed_count: count > 0 ? 2 : 0,
    removed: count > 0 ? ['orders-public-legacy_orders', 'orders-public-tmp_import'] : [],
  }
}

/** The fields of one stream; a view where the list says so. */
export function previewFields(id: string): StreamFields {
  const isView = previewStreams(64).is_view[previewStreams(64).tap_stream_id.indexOf(id)] ?? false
  const field = (name: string, type: string, rest: Partial<StreamFields['fields'][number]> = {}) => ({
    name,
    type,
    inclusion: 'available' as const,
    selected: null,
    selected_by_default: true,
    reason: null,
    is_key: false,
    can_be_replication_key: false,
    excludes: [],
    ...rest,
  })
  return {
    tap_stream_id: id,
    fields: [
      field('id', 'bigint', { inclusion: isView ? 'available' : 'automatic', is_key: !isView }),
      field('updated_at', 'timestamp with time zone', { can_be_replication_key: true }),
      field('status', 'text', { excludes: ['status_of_yesterday'] }),
      field('status_of_yesterday', 'text', { selected_by_default: false, excludes: ['status'] }),
      field('location', 'geometry', {
        inclusion: 'unsupported',
        selected_by_default: false,
        reason: 'Geometry columns cannot be read.',
      }),
      ...Array.from({ length: 30 }, (_, index) => field(`attribute_${index + 1}`, 'text')),
    ],
    replication_method: 'FULL_TABLE',
    forced_replication_method: null,
    offered_replication_methods: ['FULL_TABLE', 'INCREMENTAL'],
    replication_key: null,
    valid_replication_keys: ['updated_at'],
    is_view: isView,
    view_key_properties: [],
  }
}
