import { makeMenuButton } from './menu-button.ts'
import { redocTheme } from './theme.ts'

/** What `redoc.js`, which the page loads first, leaves behind. */
declare const Redoc: {
  init(document: string, options: object, element: Element | null, onShown: () => void): void
}

const night = matchMedia('(prefers-color-scheme: dark)')
// Redoc computes its styles once. The address names the place in the page, so nobody loses theirs.
night.addEventListener('change', () => location.reload())

Redoc.init(
  '/openapi.json',
  { theme: redocTheme(night.matches), nativeScrollbars: true },
  document.querySelector('#reference'),
  makeMenuButton,
)
