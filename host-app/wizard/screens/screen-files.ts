/**
 * The one list of screens: the file of each that is not in the first script, beside this one. The names of steps are
 * those of `shared/src/steps.ts`. What loads them, what the server draws, what the build writes down and what the preview
 * shows are held to it, so that a screen which one of them lacks does not compile, build or pass.
 */
export const screenFiles = {
  preparing: 'preparing-screen',
  oauth: 'oauth-screen',
  discover_schema: 'check-screen',
  field_selection: 'streams-screen',
  done: 'done-screen',
  notice: 'notice-screen',
  /** Over the screen of the step. */
  consent: 'consent-screen',
  cancelling: 'cancel-dialog',
} as const

/** Screens and parts that load when they are needed. */
export type LazyName = keyof typeof screenFiles

/** What stands over the screen that the state calls for. */
export type OverlayName = 'consent' | 'cancelling'

/** The screens of which one is shown; the form is in the first script. */
export type ScreenName = 'form' | Exclude<LazyName, OverlayName>
