import type { StreamSearch, StreamWindow } from '@bobbin/shared/wizard-api'
import type { CallResult } from '../api-client.ts'
import { itemsOf, type StreamItem } from './stream-item.ts'

/** These of very many streams as they are now, as far as they are still there. */
export async function findStreams(
  ids: readonly string[],
  find: (search: StreamSearch) => Promise<CallResult<StreamWindow>>,
): Promise<CallResult<StreamItem[]>> {
  const found: StreamItem[] = []
  for (;;) {
    // What would be selected if nothing were but these.
    const answer = await find({
      q: '',
      only_selected: true,
      matching: [{ q: '', selected: false }],
      ticked: [...ids],
      unticked: [],
      offset: found.length,
      with_tally: false,
    })
    if (!answer.ok) return answer
    const more = itemsOf(answer.value)
    found.push(...more)
    if (more.length === 0 || found.length >= ids.length) return { ok: true, value: found }
  }
}
