import { makeMenuButton } from './menu-button.ts'
import { readProperty, redocTheme } from './theme.ts'

declare global {
  interface Window {
    /** What `redoc.js`, which the page loads first, leaves behind; nothing when it did not come. */
    readonly Redoc?: {
      init(document: string, options: object, element: Element | null, onShown: () => void): void
    }
  }
}

const night = matchMedia('(prefers-color-scheme: dark)')
// Redoc computes its styles once. The address names the place in the page, so nobody loses theirs.
night.addEventListener('change', () => location.reload())

const place = document.querySelector('#reference')
const hasStyles = readProperty('--paper') !== ''
if (window.Redoc && hasStyles) {
  const options = { theme: redocTheme(), nativeScrollbars: true }
  window.Redoc.init('/openapi.json', options, place, makeMenuButton)
} else {
  place?.querySelector('[role=status]')?.replaceChildren('It could not be loaded. Load the page again.')
}
