import type { LazyName } from './screens/screen-files.ts'
import type { Screen } from './screens/screen.ts'

/** The parts that are not in the first script: each is loaded when it is first needed, or when all is idle. */
export const loadScreen: { readonly [name in LazyName]: () => Promise<Screen> } = {
  preparing: async () => (await import('./screens/endings.ts')).PreparingScreen,
  oauth: async () => (await import('./screens/oauth-screen.tsx')).OauthScreen,
  discover_schema: async () => (await import('./screens/check-screen.tsx')).CheckScreen,
  field_selection: async () => (await import('./screens/streams-screen.tsx')).StreamsScreen,
  done: async () => (await import('./screens/endings.ts')).DoneScreen,
  notice: async () => (await import('./screens/endings.ts')).NoticeScreen,
  consent: async () => (await import('./screens/endings.ts')).ConsentScreen,
  cancelling: async () => (await import('./screens/endings.ts')).CancelDialog,
}
