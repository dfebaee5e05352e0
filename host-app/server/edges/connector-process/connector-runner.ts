import type { CheckPhase } from '@bobbin/shared/check'
import type { VendorOptionsPage } from '@bobbin/shared/vendor-options'
import { OutageError, type Outage } from '../../ground/outage.ts'
import type { ConnectorTask, ErrorKind } from './messages.ts'

/** Runs what connectors can do, out of reach of this process. */
export interface ConnectorRunner {
  /**
   * Has one task done. Rejects with `ConnectorError` where the connector said why, `UnexplainedError` where
   * it did not, `ConnectorDied` where its process ended, `ConnectorsUnavailable` where none could be had, the
   * signal's reason as soon as that aborts, and with whatever the listener threw.
   */
  run(task: ConnectorTask, listener: TaskListener, signal: AbortSignal): Promise<TaskResult>
  /** Prepares for the first task, so that it does not wait. Optional. */
  warmUp(): void
  /** Why no process could be had the last time; null once one could. */
  fault(): ConnectorsUnavailable | null
  /** Ends whatever still runs; resolves when it is gone. */
  close(): Promise<void>
}

/** Hears of a task while it runs. */
export interface TaskListener {
  phase(phase: CheckPhase): void
  log(line: string): void
  /** A program that the connector started has changed its config: as it left it. Resolves when that is dealt with. */
  config?(config: Record<string, unknown>): Promise<void>
  /** Resolves when there is room for the next. Not validated yet. */
  stream(stream: unknown): Promise<void>
  /** Naming the external account broke. */
  unnamed(error: ErrorKind): void
}

/** For a task of which the result is all that counts. */
export const silent: TaskListener = {
  phase() {},
  log() {},
  unnamed() {},
  stream: () => Promise.resolve(),
}

export interface TaskResult {
  /** The external account in words, if the connector could tell. */
  externalAccount: string | null
  /** Whether it looked for streams at all. */
  discovered: boolean
  /** What it was asked for with `options`; null elsewhere. */
  options: VendorOptionsPage | null
  /** What `afterExchange` found; null elsewhere. */
  lookedUp: Readonly<Record<string, string>> | null
}

/** A connector threw what is no `ConnectorError`: its own bug. */
export class UnexplainedError extends Error {
  override readonly name = 'UnexplainedError'
  readonly kind: ErrorKind

  constructor(kind: ErrorKind) {
    super(kind.name)
    this.kind = kind
  }
}

/** A connector's process ended without an answer. The message says how, for the operator's log. */
export class ConnectorDied extends Error {
  override readonly name = 'ConnectorDied'
}

/** No connector process can be had, and no connector is to blame. The message says why, for the operator. */
export class ConnectorsUnavailable extends OutageError {
  override readonly name = 'ConnectorsUnavailable'

  constructor(reason: string, options?: ErrorOptions) {
    super(`the connector processes cannot be started: ${reason}`, options)
  }

  get outage(): Outage {
    return { reason: 'connectors', fault: 'not_started', message: this.message }
  }
}
