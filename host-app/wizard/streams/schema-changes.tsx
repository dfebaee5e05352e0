import type { StreamColumns } from '@bobbin/shared/wizard-api'
import { streams as words } from '../messages/en/streams.ts'
import { Name } from '../ui/name.tsx'
import { mostListed } from './most-listed.ts'

/** What is new, different or gone since the last time somebody chose. */
export function SchemaChanges({ columns: { change, removed } }: { columns: StreamColumns }) {
  const added = change.filter((one) => one === 'added').length
  const changed = change.filter((one) => one === 'changed').length
  if (added + changed + removed.length === 0) return null
  return (
    <div class="notice">
      {added + changed > 0 && <p>{words.changes(added, changed)}</p>}
      {removed.length > 0 && (
        <details>
          <summary>{words.removed(removed.length)}</summary>
          <ul>
            {removed.slice(0, mostListed).map((id) => (
              <li key={id}>
                <Name>{id}</Name>
              </li>
            ))}
            {removed.length > mostListed && <li>…</li>}
          </ul>
        </details>
      )}
    </div>
  )
}
