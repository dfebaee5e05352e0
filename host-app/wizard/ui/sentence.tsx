import { cleanName } from '@bobbin/shared/clean-name'
import { sentenceParts } from '@bobbin/shared/isolated'
import { Name } from './name.tsx'

/** A sentence with names of others in it, which are isolated in its text. */
export function Sentence({ children }: { children: string }) {
  return (
    <>
      {sentenceParts(children).map((part, index) =>
        index % 2 === 1 ? <Name>{part}</Name> : cleanName(part),
      )}
    </>
  )
}
