import { cleanName } from '@bobbin/shared/clean-name'
import { Name } from './name.tsx'

interface Props {
  of: { readonly name: string; readonly logo: string | null }
}

/** In the page that comes from the server the logo waits for the first paint: `start.ts` asks for it. */
const source = typeof document === 'undefined' ? 'data-src' : 'src'

/** A logo, or a neutral mark with an initial. The name stands beside it, so it is decoration. */
export function Mark({ of: { name, logo } }: Props) {
  return (
    <span class="mark" aria-hidden="true">
      {logo ? (
        <img {...{ [source]: logo }} alt="" width={24} height={24} decoding="async" />
      ) : (
        <Name>{Array.from(cleanName(name))[0] ?? ''}</Name>
      )}
    </span>
  )
}
