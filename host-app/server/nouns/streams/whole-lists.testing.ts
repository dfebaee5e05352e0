import type { Catalog, StreamSummary } from '@bobbin/shared/catalog'
import type { Streams } from './streams.ts'

/** The catalog in one piece, as a tap has it. */
export async function wholeCatalog(
  streams: Pick<Streams, 'catalog'>,
  accountId: number,
  sourceId: number,
): Promise<Catalog> {
  return { streams: await whole(streams.catalog(accountId, sourceId)) }
}

export function wholeList(
  streams: Pick<Streams, 'listSummaries'>,
  accountId: number,
  sourceId: number,
): Promise<StreamSummary[]> {
  return whole(streams.listSummaries(accountId, sourceId))
}

async function whole<Item>(portions: AsyncIterable<Item[]>): Promise<Item[]> {
  const items: Item[] = []
  for await (const portion of portions) items.push(...portion)
  return items
}
