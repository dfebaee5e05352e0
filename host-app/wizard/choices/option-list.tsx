import type { Choice } from '@bobbin/shared/flow'
import type { VendorOption } from '@bobbin/shared/vendor-options'
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks'
import { choices as words } from '../messages/en/choices.ts'
import { form } from '../messages/en/form.ts'
import { shell } from '../messages/en/shell.ts'
import { SearchBox } from '../streams/search-box.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import {
  type AskOptions,
  type KnownOptions,
  nothingKnown,
  openOptions,
  type OptionReader,
} from './option-reader.ts'

/** A list of fewer is seen at a glance. */
const worthSearching = 8

/**
 * The values that a setting can have, as its vendor tells them: searched, read on to its end, and one of them taken. The only
 * one there is is taken at first; it goes nowhere before the person sends it.
 */
export function OptionList({
  choice,
  ask,
  value,
  isMissing,
  onChoose,
}: {
  choice: Omit<Choice, 'value'>
  /** Null where the page has no script yet. */
  ask: AskOptions | null
  value: string
  /** It was sent without. */
  isMissing: boolean
  /** `isByHand`: by the person. */
  onChoose(value: string, isByHand: boolean): void
}) {
  const { name, title, description, is_required: isRequired } = choice
  const [, repaint] = useReducer((version: number) => version + 1, 0)
  const [q, setQ] = useState('')
  const reader = useMemo(() => ask && openOptions(ask, () => repaint(undefined)), [name])
  useEffect(() => reader?.close, [reader])

  const known = reader?.known() ?? nothingKnown
  const whole = reader?.whole() ?? null
  const only = onlyOne(whole)
  useEffect(() => {
    if (only && value === '') onChoose(only.value, false)
  }, [only?.value])

  const chosen = (whole ?? known.options).find((option) => option.value === value)
  const isOutOfSight = chosen !== undefined && !known.options.includes(chosen)
  const isGone = whole !== null && value !== '' && !chosen
  const hasSearch = q !== '' || known.hasMore || (whole?.length ?? known.options.length) > worthSearching
  const isComing = known.isReading && known.options.length === 0 && q === ''
  const id = `choice-${name}`
  const notes = [description && `${id}-hint`, isMissing && `${id}-error`].filter(Boolean).join(' ')

  function search(text: string): void {
    setQ(text)
    reader?.search(text)
  }

  return (
    <fieldset
      class="option-set"
      id={id}
      tabIndex={-1}
      aria-describedby={notes || undefined}
      aria-required={isRequired ? 'true' : undefined}
      aria-invalid={isMissing ? 'true' : undefined}
      role="radiogroup"
    >
      <legend>
        {title}
        {!isRequired && <span class="muted"> ({form.optional})</span>}
      </legend>
      {description && (
        <p class="hint" id={`${id}-hint`}>
          {description}
        </p>
      )}
      {isMissing && (
        <p class="error" id={`${id}-error`}>
          <Sentence>{words.missing(title)}</Sentence>
        </p>
      )}
      {hasSearch && <SearchBox label={words.find} value={q} onSearch={search} />}
      <p class="muted" role="status">
        {statusOf(known)}
      </p>
      {isGone && <p class="notice">{words.gone}</p>}
      {isOutOfSight && (
        <p>
          <Sentence>{words.chosen(chosen.label)}</Sentence>
        </p>
      )}
      {isComing && <div class="options coming" />}
      {!isComing && (known.options.length > 0 || !isRequired) && (
        <ul class="options" role="list">
          {!isRequired && q === '' && (
            <Row name={name} option={{ value: '', label: words.none }} {...{ value, onChoose }} />
          )}
          {known.options.map((option) => (
            <Row key={option.value} name={name} option={option} {...{ value, onChoose }} />
          ))}
        </ul>
      )}
      {only && only.value === value && <p class="hint">{words.onlyOne}</p>}
      {reader && <Rest known={known} reader={reader} onClear={() => search('')} />}
    </fieldset>
  )
}

function Row({
  name,
  option: { value: own, label, hint, unavailable },
  value,
  onChoose,
}: {
  name: string
  option: VendorOption
  value: string
  onChoose(value: string, isByHand: boolean): void
}) {
  return (
    <li>
      <label class={unavailable === undefined ? '' : 'locked'}>
        <input
          type="radio"
          name={name}
          value={own}
          checked={own === value}
          disabled={unavailable !== undefined}
          onChange={() => onChoose(own, true)}
        />
        <span>
          <Name>{label}</Name>
          {hint && (
            <span class="hint">
              <Name>{hint}</Name>
            </span>
          )}
          {unavailable && (
            <span class="hint">
              <Sentence>{unavailable}</Sentence>
            </span>
          )}
        </span>
      </label>
    </li>
  )
}

/** What is to be said below the list, and done: it goes on, it is empty, it could not be read. */
function Rest({ known, reader, onClear }: { known: KnownOptions; reader: OptionReader; onClear(): void }) {
  const { q, options, isReading, hasMore, failure } = known
  if (failure) {
    return (
      <div class="notice danger" role="alert">
        <p>
          <Sentence>
            {failure.code === 'Unreachable' ? shell.unreachable : failure.message || words.cannotRead}
          </Sentence>
        </p>
        <button type="button" onClick={() => reader.more()}>
          {shell.tryAgain}
        </button>
      </div>
    )
  }
  if (isReading) return null
  if (options.length === 0) {
    return (
      <div class="empty">
        <p>
          <Sentence>{q ? words.noMatch(q) : words.nothing}</Sentence>
        </p>
        {q && (
          <button type="button" onClick={onClear}>
            {words.clear}
          </button>
        )}
      </div>
    )
  }
  if (!hasMore) return null
  return (
    <button type="button" onClick={() => reader.more()}>
      {words.more}
    </button>
  )
}

function statusOf({ q, options, isReading, hasMore, failure }: KnownOptions): string {
  if (isReading) return options.length > 0 ? words.readingOn(options.length) : words.reading
  if (options.length === 0 || failure) return ''
  return q ? words.matching(options.length) : words.found(options.length, !hasMore)
}

function onlyOne(whole: readonly VendorOption[] | null): VendorOption | null {
  const [first, second] = whole ?? []
  return first && !second && first.unavailable === undefined ? first : null
}
