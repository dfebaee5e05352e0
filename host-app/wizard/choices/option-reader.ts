import { hasWords, optionText, searchWords } from '@bobbin/shared/stream-search'
import type { VendorOption, VendorOptionsPage } from '@bobbin/shared/vendor-options'
import type { CallError, CallResult } from '../api-client.ts'

/** What is known of the values that a setting can have. */
export interface KnownOptions {
  /** What they were searched by. */
  readonly q: string
  readonly options: readonly VendorOption[]
  readonly isReading: boolean
  /** There are more than were read. */
  readonly hasMore: boolean
  readonly failure: CallError | null
}

/** Asks for a page of them. */
export type AskOptions = (question: { q: string; cursor?: string }) => Promise<CallResult<VendorOptionsPage>>

/** Reads them from the vendor, page by page, and searches in them. */
export interface OptionReader {
  known(): KnownOptions
  /** All of them, where they were read to their end. */
  whole(): readonly VendorOption[] | null
  search(q: string): void
  /** Goes on where there are more, or where it failed. */
  more(): void
  close(): void
}

/** Milliseconds after the last key. */
const typingPause = 250

/** Nobody reads on further than this by scrolling. */
const readAtOnce = 500

/** Before anything was told. */
export const nothingKnown: KnownOptions = {
  q: '',
  options: [],
  isReading: true,
  hasMore: false,
  failure: null,
}

export function openOptions(ask: AskOptions, onNews: () => void): OptionReader {
  let known = nothingKnown
  let whole: readonly VendorOption[] | null = null
  let cursor: string | null = null
  let typing = 0
  /** An answer to what is no longer asked is dropped. */
  let round = 0

  function tell(change: Partial<KnownOptions>): void {
    known = { ...known, ...change }
    onNews()
  }

  async function read(q: string, from: string | null): Promise<void> {
    round += 1
    const mine = round
    const most = (from === null ? 0 : known.options.length) + readAtOnce
    cursor = from
    tell({ q, isReading: true, failure: null, ...(from === null && { options: [], hasMore: false }) })
    for (;;) {
      const result = await ask({ q, ...(cursor !== null && { cursor }) })
      if (mine !== round) return
      if (!result.ok) return tell({ isReading: false, failure: result.error })
      const { data, next_cursor: next } = result.value
      cursor = next
      const options = [...known.options, ...newAmong(data, known.options)]
      if (next === null && q === '') whole = options
      const isEnough = next === null || options.length >= most
      tell({ options, isReading: !isEnough, hasMore: next !== null })
      if (isEnough) return
    }
  }

  function find(q: string): void {
    if (!whole) return void read(q, null)
    round += 1
    const words = searchWords(q)
    tell({
      q,
      options: whole.filter((option) => hasWords(optionText(option), words)),
      isReading: false,
      hasMore: false,
      failure: null,
    })
  }

  void read('', null)
  return {
    known: () => known,
    whole: () => whole,
    search(q) {
      clearTimeout(typing)
      if (whole) find(q)
      else typing = window.setTimeout(() => find(q), typingPause)
    },
    more: () => void read(known.q, cursor),
    close() {
      round += 1
      clearTimeout(typing)
    },
  }
}

/** A list that changes while it is read tells some of it twice. */
function newAmong(data: readonly VendorOption[], before: readonly VendorOption[]): VendorOption[] {
  const seen = new Set(before.map(({ value }) => value))
  return data.filter(({ value }) => !seen.has(value) && seen.add(value))
}
