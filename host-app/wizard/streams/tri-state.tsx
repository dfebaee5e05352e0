import type { ComponentChildren } from 'preact'

interface Props {
  tally: { selectable: number; selected: number }
  /** The numbers are of something else, until those of this come. */
  isWaiting?: boolean
  /** Says how many. */
  children(count: number): ComponentChildren
  onSelect(isSelected: boolean): void
}

/** One checkbox for many: ticked, unticked, or neither. */
export function TriState({ tally: { selectable, selected }, isWaiting = false, children, onSelect }: Props) {
  const isAll = selectable > 0 && selected === selectable
  const isSome = selected > 0 && !isAll
  return (
    <label class="all">
      <input
        type="checkbox"
        checked={isAll}
        disabled={isWaiting || selectable === 0}
        ref={(input) => {
          if (input) input.indeterminate = isSome
        }}
        onClick={({ currentTarget }) => {
          // What it shows follows from the rows, not from the click.
          const wanted = !isAll
          currentTarget.checked = wanted
          onSelect(wanted)
        }}
      />
      <span>{children(selectable)}</span>
    </label>
  )
}
