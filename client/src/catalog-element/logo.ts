import { make } from './make.ts'
import type { ShownConnector } from './shown-catalog.ts'

/** The connector's logo, as the host serves it; where it cannot be loaded, the first letter of the name. */
export function logoOf({ name, mark_url: url }: ShownConnector): HTMLElement {
  const frame = make('span', { part: 'logo', 'aria-hidden': 'true' })
  const letter = () => frame.replaceChildren(/\p{L}|\p{N}/u.exec(name)?.[0].toUpperCase() ?? '')
  if (!url || !/^(?:https?:|data:image\/|\/)/.test(url)) letter()
  else {
    frame.append(
      make('img', {
        src: url,
        alt: '',
        width: 32,
        height: 32,
        loading: 'lazy',
        decoding: 'async',
        onerror: letter,
      }),
    )
  }
  return frame
}
