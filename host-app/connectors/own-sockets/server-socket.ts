import type { Duplex } from 'node:stream'

/** What drivers, and our lines, ask of a socket. It leads to one place, which it knows by itself. */
export interface ServerSocket extends Duplex {
  readonly readyState: string
  connect(port: number): this
  setNoDelay(isOn?: boolean): this
  /** Milliseconds without a byte, after which it says `timeout`; 0 for none. */
  setTimeout(milliseconds: number): this
}
