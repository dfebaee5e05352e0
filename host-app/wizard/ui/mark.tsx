import { cleanName } from '@bobbin/shared/clean-name'
import { Name } from './name.tsx'

interface Props {
  of: { readonly name: string; readonly logo: string | null }
}

/** A logo, or a neutral mark with an initial. The name stands beside it, so it is decoration. */
export function Mark({ of: { name, logo } }: Props) {
  return (
    <span class="mark" aria-hidden="true">
      {logo ? (
        <img src={logo} alt="" width={24} height={24} loading="lazy" decoding="async" />
      ) : (
        <Name>{Array.from(cleanName(name))[0] ?? ''}</Name>
      )}
    </span>
  )
}
