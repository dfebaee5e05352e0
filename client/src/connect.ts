import type { FlowFunction } from '@bobbin/shared/flow-function'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { InvalidOptionsError } from './errors.ts'
import { launch, running } from './launch.ts'
import {
  findInvalidOption,
  type AddSourceOptions,
  type AnyOptions,
  type DiscoveryOptions,
  type SourceOptions,
} from './options.ts'
import { pageFailures } from './page-failures.ts'
import { randomId } from './random-id.ts'

/** The functions that open the wizard of one host. All return promises; nothing throws synchronously. */
export interface Connect {
  /** Adds a source: settings, authorization, check, selection of streams, as far as the type has them. */
  addSource(options: AddSourceOptions): Promise<SourceResult>
  /** Authorizes a source at its provider, then walks every later step. */
  authorizeSource(options: SourceOptions): Promise<SourceResult>
  /** Authorizes a source at its provider, and nothing more. */
  onlyAuthorizeSource(options: SourceOptions): Promise<SourceResult>
  /** Shows the check of a source, then walks every later step. */
  displayDiscoveryOutputForSource(options: DiscoveryOptions): Promise<SourceResult>
  /** Selects streams and fields. */
  selectStreamsForSource(options: SourceOptions): Promise<SourceResult>
  /** Edits the settings, then walks the steps that the edit made necessary. */
  editSource(options: SourceOptions): Promise<SourceResult>
  /**
   * Goes on with a flow of this tab after a reload of the page, or with the one of this id. Null when
   * there is none. Call it in a click if its window may have to be opened again.
   */
  resume(options?: ResumeOptions): Promise<SourceResult | null>
  /** Whether a flow of this page has not settled yet. */
  isOpen(): boolean
  /** Brings the window to the front, where the browser lets us. */
  focus(): void
  /** Cancels what is open: its promise rejects with AppClosedPrematurelyError, reason `closed`. */
  close(): void
}

export interface ResumeOptions extends Pick<AnyOptions, 'signal' | 'onEvent'> {
  readonly flowId?: string
}

export interface ConnectOptions {
  /** The origin of the host app, such as `https://connect.example.com`. */
  readonly host: string | undefined
}

/** The functions for one host. It does nothing until one of them is called. */
export function createConnect(config: ConnectOptions): Connect {
  return connectTo(config?.host)
}

/** The same; `adapt` reads the options of another client. */
export function connectTo(url: string | undefined, adapt = (options: AnyOptions) => options): Connect {
  const host = originOf(url)
  const engine = () => import('./engine.ts')

  const start = (fn: FlowFunction, given: AnyOptions): Promise<SourceResult> => {
    const options = adapt(given ?? {})
    const invalid = host ? findInvalidOption(fn, options) : noHost
    if (invalid) return refuse(invalid)
    if (options.signal?.aborted) return Promise.reject(options.signal.reason)
    const subject = String(options[fn === 'addSource' ? 'type' : 'id'])
    const seed = { host, fn, subject, flowId: randomId(), appKey: randomId(), options }
    return launch(seed, (flow) =>
      engine().then(
        ({ runFlow }) => runFlow(flow, launch),
        (cause) => {
          flow.window?.close()
          throw flow.createError('Internal', { ...pageFailures.Internal, cause })
        },
      ),
    )
  }

  return {
    addSource: (options) => start('addSource', options),
    authorizeSource: (options) => start('authorizeSource', options),
    onlyAuthorizeSource: (options) => start('onlyAuthorizeSource', options),
    displayDiscoveryOutputForSource: (options) => start('displayDiscoveryOutputForSource', options),
    selectStreamsForSource: (options) => start('selectStreamsForSource', options),
    editSource: (options) => start('editSource', options),
    resume: (options) =>
      host
        ? engine().then(({ resumeFlow }) => resumeFlow(host, options ?? {}, launch, running))
        : refuse(noHost),
    isOpen: () => running.size > 0,
    focus: () => running.forEach((flow) => flow.window?.focus()),
    close: () => running.forEach((flow) => flow.stop.abort()),
  }
}

const noHost = ['host', 'required'] as const

function refuse([option, problem]: readonly [string, string]): Promise<never> {
  const { message, retryable } = pageFailures.InvalidOptions
  return Promise.reject(
    new InvalidOptionsError({ message: `${message} (${option}: ${problem})`, retryable, option, problem }),
  )
}

/** The exact origin of a web address; empty when it is none. */
function originOf(url: string | undefined): string {
  try {
    return /^https?:/.test(url ?? '') ? new URL(url ?? '').origin : ''
  } catch {
    return ''
  }
}
