import type { StreamColumns } from '@bobbin/shared/wizard-api'
import type { Noun } from '../messages/en/nouns.ts'
import { streams as words } from '../messages/en/streams.ts'
import { Name } from '../ui/name.tsx'

/** What is new, different or gone since the last time somebody chose. */
export function SchemaChanges({
  columns: { added, changed, removed, removed_count: gone },
  noun,
}: {
  columns: StreamColumns
  noun: Noun
}) {
  if (added + changed + gone === 0) return null
  return (
    <div class="notice">
      {added + changed > 0 && <p>{words.changes(added, changed)}</p>}
      {gone > 0 && (
        <details>
          <summary>{words.removed(gone, noun)}</summary>
          <ul>
            {removed.map((id) => (
              <li key={id}>
                <Name>{id}</Name>
              </li>
            ))}
            {gone > removed.length && <li>…</li>}
          </ul>
        </details>
      )}
    </div>
  )
}
