import { claimLimit } from '@bobbin/shared/claim-limit'
import type { WizardStep } from '@bobbin/shared/steps'

/** Progress of a flow. `seq` is the flow's own count, 0 before its first event. */
export interface ProgressEvent {
  readonly type: 'opened' | 'claimed' | 'step' | 'away' | 'back' | 'uncertain' | 'severed'
  readonly flowId: string
  readonly seq: number
  /** Unix ms. */
  readonly at: number
  readonly step?: WizardStep
  readonly sourceId?: number
}

/** Options of every function that opens the wizard. */
export interface FlowOptions {
  /**
   * From `POST /v3/sessions/ephemeral`, made by your back end; or a function that gets one, which runs
   * while the window already loads.
   */
  readonly ephemeral_token?: string | (() => string | Promise<string>)
  /** Streams to pre-tick if they were never chosen before; by `tap_stream_id` or `stream_name`. */
  readonly default_streams?: { readonly [stream: string]: boolean | { readonly [field: string]: boolean } }
  /** Cancels the flow and closes its window; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: ProgressEvent) => void
  readonly display?: 'popup'
}

export interface AddSourceOptions extends FlowOptions {
  /** A source type, such as `platform.hp-postgres`. */
  readonly type: string
}

export interface SourceOptions extends FlowOptions {
  /** A source id: an integer, or a string of digits. */
  readonly id: number | string
}

export interface DiscoveryOptions extends SourceOptions {
  /** The check to show; without it the latest, or a new one. */
  readonly discovery_job_name?: string
}

/** The options of any function, as a caller without types may pass them. */
export type AnyOptions = FlowOptions & {
  readonly type?: unknown
  readonly id?: unknown
  readonly discovery_job_name?: string
}

/** `typeof` of what may be given. */
const kinds = {
  ephemeral_token: 'string function undefined',
  default_streams: 'object undefined',
  discovery_job_name: 'string undefined',
  signal: 'object undefined',
  onEvent: 'function undefined',
} as const

/** The first option that is wrong, and what is wrong with it; nothing when all is well. */
export function findInvalidOption(options: AnyOptions): readonly [string, string] | undefined {
  if ((options.display ?? 'popup') !== 'popup') return ['display', 'not available yet']
  // What else a claim holds is short.
  if (sizeOf(options.default_streams) > claimLimit - 2_048) return ['default_streams', 'too_large']
  return Object.entries(kinds).find(
    ([name, kind]) => !kind.includes(typeof options[name as keyof typeof kinds]),
  )
}

/** Bytes as JSON; NaN of what is not JSON, which no claim takes along. */
function sizeOf(value: unknown): number {
  try {
    return new Blob([JSON.stringify(value)]).size
  } catch {
    return NaN
  }
}
