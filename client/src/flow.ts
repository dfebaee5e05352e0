import type { FlowFunction } from '@bobbin/shared/flow-function'
import type { WizardStep } from '@bobbin/shared/steps'
import type { ErrorValue, SourceResult } from '@bobbin/shared/window-protocol'
import type { ErrorFields } from './errors.ts'
import type { AnyOptions } from './options.ts'
import type { KnownPopup, Surface } from './surface.ts'

/** What names a flow and is enough to go on with it. */
export interface FlowSeed {
  /** The host app's exact origin. */
  readonly host: string
  readonly fn: FlowFunction
  /** The source type, or the source id. */
  readonly subject: string
  readonly flowId: string
  /** Secret: reads the relay and cancels. */
  readonly appKey: string
  readonly options: AnyOptions
  /** How far the flow had come; absent for one that is to be claimed. */
  readonly progress?: Readonly<Progress>
  /** The browser has cut this page off from what the surface shows, for good. */
  isSevered?: boolean
  /** Unix ms until which a window that turns out to have gone is opened again by itself. */
  readonly reopenUntil?: number
}

/** Where a flow is, as far as this page knows. */
export interface Progress {
  /** `opening` until the wizard's first sign of life; `away` while the window is at the provider. */
  phase: 'opening' | 'open' | 'away'
  /** The newest event's `seq`. */
  latest: number
  step?: WizardStep
  sourceId?: number
  /** Why the provider did not grant, until it grants. */
  refusal?: ErrorValue | null
}

/** A flow of this document, from its surface's opening to the settling of its promise. */
export interface Flow extends FlowSeed {
  /** The wizard's address. No token and no id is ever in it. */
  readonly url: string
  /** Of this document of the page, in this flow: the wizard tells by it who greets. */
  readonly pageId: string
  /** Aborted by `close()`. */
  readonly stop: AbortController
  promise?: Promise<SourceResult>
  progress?: Progress
  /** Where its wizard is shown. */
  readonly surface: Surface
  /** Opens it again if its window was closed and nobody has noticed yet. */
  revive?(): void
  readonly createError: CreateError
}

/** Makes the error of a code for this flow. */
type CreateError = (code: string, fields?: ErrorFields) => Error

/** Runs a flow to its one outcome. */
export type RunFlow = (flow: Flow) => Promise<SourceResult>

/** `launch.ts`, for the engine: importing it would pull the entry's code into a third file. */
export type Launch = (seed: FlowSeed, run: RunFlow, known?: KnownPopup) => Promise<SourceResult>
