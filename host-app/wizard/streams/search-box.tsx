import { longestSearch } from '@bobbin/shared/selection-rules'

interface Props {
  label: string
  value: string
  onSearch(q: string): void
}

/** A search box with a visible label; Escape clears it. */
export function SearchBox({ label, value, onSearch }: Props) {
  return (
    <label class="search">
      <span>{label}</span>
      <input
        type="search"
        value={value}
        autocomplete="off"
        maxLength={longestSearch}
        spellcheck={false}
        onInput={({ currentTarget }) => onSearch(currentTarget.value)}
        onKeyDown={(event) => {
          // Not what is being composed. In a drawer, Escape closes that only once the box is empty.
          if (event.key !== 'Escape' || event.isComposing || !value) return
          event.preventDefault()
          onSearch('')
        }}
      />
    </label>
  )
}
