import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Connection } from 'pg'
import { ConnectorError } from '../connector.ts'
import { MessageGuard, violation } from './message-guard.ts'

/** What the driver's type declarations leave out. */
const DriverConnection = Connection as unknown as new (options: object) => Connection & {
  attachListeners(stream: EventEmitter): void
}

/** The driver's connection, behind a guard. What it does not let through ends the connection, as a `ConnectorError`. */
export class GuardedConnection extends DriverConnection {
  override attachListeners(stream: Duplex): void {
    const guard = new MessageGuard()
    const guarded = new EventEmitter()
    super.attachListeners(guarded)
    stream.on('data', (chunk: Buffer) => {
      try {
        const messages = guard.take(chunk)
        if (messages.length > 0) guarded.emit('data', messages)
      } catch (error) {
        // What the driver itself throws was a message in the wrong place.
        stream.destroy(error instanceof ConnectorError ? error : violation(error))
      }
    })
  }
}
