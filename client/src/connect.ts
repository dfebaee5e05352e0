import type { FlowFunction } from '@bobbin/shared/flow-function'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { InvalidOptionsError } from './errors.ts'
import type { Flow } from './flow.ts'
import { launch, running } from './launch.ts'
import {
  findInvalidOption,
  type AddSourceOptions,
  type AnyOptions,
  type DiscoveryOptions,
  type SourceOptions,
} from './options.ts'
import { pageFailures } from './page-failures.ts'
import { randomId } from '@bobbin/shared/random-id'

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

/** The same, for a host that may not be known. */
export function connectTo(url = ''): Connect {
  const host = originOf(url)
  const engine = () => import('./engine.ts')

  const opener = (fn: FlowFunction) => (given: AnyOptions) => {
    const options = given ?? {}
    const name = fn === 'addSource' ? 'type' : 'id'
    const subject = String(options[name] ?? '')
    const isSubject = name === 'type' ? subject : /^[1-9]\d{0,14}$/.test(subject)
    const invalid = !host ? noHost : isSubject ? findInvalidOption(options) : ([name, 'required'] as const)
    if (invalid) return refuse(invalid)
    if (options.signal?.aborted) return Promise.reject(options.signal.reason)
    // Asked for before the window, whose opening takes the browser longer than the way to the host.
    const loading = engine().then(
      ({ runFlow }) => runFlow,
      (cause) => (flow: Flow) => {
        flow.surface.close()
        throw flow.createError('Internal', { ...pageFailures.Internal, cause })
      },
    )
    return launch({ host, fn, subject, flowId: randomId(), appKey: randomId(), options }, (flow) =>
      loading.then((run) => run(flow, launch)),
    )
  }

  return {
    addSource: opener('addSource'),
    authorizeSource: opener('authorizeSource'),
    onlyAuthorizeSource: opener('onlyAuthorizeSource'),
    displayDiscoveryOutputForSource: opener('displayDiscoveryOutputForSource'),
    selectStreamsForSource: opener('selectStreamsForSource'),
    editSource: opener('editSource'),
    resume: (options) =>
      host
        ? engine().then(({ resumeFlow }) => resumeFlow(host, options ?? {}, launch, running))
        : refuse(noHost),
    isOpen: () => running.size > 0,
    focus: () => running.forEach((flow) => flow.surface.focus()),
    close: () => running.forEach((flow) => flow.stop.abort()),
  }
}

/** Empty for what is no address. */
function originOf(url: string): string {
  try {
    return /^https?:/.test(url) ? new URL(url).origin : ''
  } catch {
    return ''
  }
}

const noHost = ['host', 'required'] as const

function refuse([option, problem]: readonly [string, string]): Promise<never> {
  const { message, retryable } = pageFailures.InvalidOptions
  return Promise.reject(
    new InvalidOptionsError({ message: `${message} (${option}: ${problem})`, retryable, option, problem }),
  )
}
