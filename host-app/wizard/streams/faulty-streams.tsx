import { mostListed } from './most-listed.ts'
import { Sentence } from '../ui/sentence.tsx'
import { Name } from '../ui/name.tsx'

/** Streams that the server refused, each with its reason. */
export function FaultyStreams({ fields }: { fields: unknown }) {
  const faults = Object.entries(fields ?? {})
  if (faults.length === 0) return null
  return (
    <div class="notice danger" role="alert">
      <ul>
        {faults.slice(0, mostListed).map(([id, reason]) => (
          <li key={id}>
            <strong>
              <Name>{id}</Name>
            </strong>
            : <Sentence>{String(reason)}</Sentence>
          </li>
        ))}
        {faults.length > mostListed && <li>…</li>}
      </ul>
    </div>
  )
}
