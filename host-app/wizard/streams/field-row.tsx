import type { StreamFields } from '@bobbin/shared/wizard-api'
import { stream as words } from '../messages/en/streams.ts'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'

interface Props {
  /** Its place among the stream's fields. */
  index: number
  field: StreamFields['fields'][number]
  isSelected: boolean
  /** A chosen field that does not go together with it. */
  excludedBy: string | null
  /** Null where the stream is no view. */
  isViewKey: boolean | null
  tabIndex: 0 | -1
  onSelect(isSelected: boolean): void
  onViewKey(): void
}

/** One field of an opened stream. */
export function FieldRow({
  index,
  field,
  isSelected,
  excludedBy,
  isViewKey,
  tabIndex,
  onSelect,
  onViewKey,
}: Props) {
  const id = `column-${index}`
  const isFixed = field.inclusion !== 'available' || excludedBy !== null
  const note = {
    available: excludedBy && words.excludedBy(excludedBy),
    automatic: words.automatic,
    unsupported: field.reason ?? words.unsupported,
  }[field.inclusion]
  return (
    <div class="row">
      <input
        id={id}
        type="checkbox"
        tabIndex={tabIndex}
        checked={isSelected}
        aria-disabled={isFixed ? 'true' : undefined}
        aria-describedby={`${id}-about`}
        onClick={(event) => {
          if (isFixed) event.preventDefault()
          else onSelect(event.currentTarget.checked)
        }}
      />
      <div class="what">
        <span class="title">
          <label for={id}>
            <Name>{field.name}</Name>
          </label>
          {field.is_key && <span class="badge plain">{words.key}</span>}
        </span>
        <span id={`${id}-about`} class={field.inclusion === 'unsupported' ? 'about warning' : 'about'}>
          <Name>{field.type}</Name>
          {note && (
            <>
              {' · '}
              <bdi>
                <Sentence>{note}</Sentence>
              </bdi>
            </>
          )}
        </span>
      </div>
      {isViewKey !== null && field.inclusion !== 'unsupported' && (
        <button
          type="button"
          class="toggle"
          tabIndex={tabIndex}
          aria-pressed={isViewKey}
          aria-label={words.viewKey(field.name)}
          onClick={onViewKey}
        >
          {words.key}
        </button>
      )}
    </div>
  )
}
