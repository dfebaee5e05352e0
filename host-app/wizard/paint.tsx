import type { Boot } from '@bobbin/shared/wizard-page'
import { hydrate, render } from 'preact'
import { App, partsOf, type LazyScreens } from './app.tsx'
import type { LazyName } from './screens/screen-files.ts'
import { dropDrafts, sweepDrafts } from './drafts.ts'
import { loadScreen } from './lazy-screens.ts'
import { titleOf } from './page-title.ts'
import { followTranslators } from './translated-text.ts'
import { ignoreHeldKeys, noteMove } from './unmeant-input.ts'
import { isConsentAsked, screenOf } from './view.ts'
import { whenIdle } from './when-idle.ts'
import type { Wizard } from './wizard.ts'
import { initialState, type WizardState } from './wizard-state.ts'

/** Between two tries to load a part, in milliseconds. */
const pause = 2_000

/** Takes over the page that the server rendered, and paints each state from then on. */
export async function paint(boot: Boot, wizard: Wizard, root: HTMLElement): Promise<void> {
  const rendered = initialState(boot)
  let screens: LazyScreens = {}
  const loading = new Set<LazyName>()

  // What the server rendered is taken over as it is, so its parts must be there first.
  await Promise.all(partsOf(rendered).map(load))
  hydrate(<App state={rendered} wizard={wizard} screens={screens} />, root)
  followTranslators(root)
  ignoreHeldKeys(root)
  let shown = screenOf(rendered)
  let wasAsked = false
  keepDrafts(wizard)
  wizard.subscribe(show)
  wizard.ready()
  whenIdle(() => {
    for (const fetchPart of Object.values(loadScreen)) fetchPart().catch(() => undefined)
  })

  function show(state: WizardState): void {
    const missing = partsOf(state).filter((name) => !screens[name])
    for (const name of missing) {
      if (!loading.has(name)) void load(name).then(() => show(wizard.state()))
    }
    render(<App state={state} wizard={wizard} screens={screens} />, root)
    const screen = screenOf(state)
    const isAsked = isConsentAsked(state)
    if (missing.length > 0 || (screen === shown && isAsked === wasAsked)) return
    shown = screen
    wasAsked = isAsked
    noteMove(root)
    announce(root)
  }

  async function load(name: LazyName): Promise<void> {
    loading.add(name)
    try {
      const screen = await loadScreen[name]()
      screens = { ...screens, [name]: screen }
      loading.delete(name)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause))
      await load(name)
    }
  }
}

/** What was typed is kept in this browser no longer than it is needed. */
function keepDrafts(wizard: Wizard): void {
  let before: WizardState | null = null
  const drop = (now: WizardState) => {
    dropDrafts(before, now)
    before = now
  }
  sweepDrafts()
  drop(wizard.state())
  wizard.subscribe(drop)
}

/** A new screen: its heading is read out and names the window, unless the screen put the focus elsewhere. */
function announce(root: HTMLElement): void {
  const heading = root.querySelector<HTMLElement>('main > .screen:not([hidden]) h1')
  if (!heading) return
  document.title = titleOf(heading)
  const focused = document.activeElement
  if (focused?.closest('main, dialog') && !focused.closest('[hidden]')) return
  heading.focus()
  scrollTo(0, 0)
}
