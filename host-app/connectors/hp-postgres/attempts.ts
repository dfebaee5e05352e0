import { DatabaseError } from 'pg'
import { lostLine, type Attempts } from '../own-sockets/once-more.ts'

/** How the second attempt has to differ. */
export interface Attempt {
  readonly unconverted: boolean
}

/** A second one is made, too, where the first could not go on for a text that the server cannot convert. */
export const attempts: Attempts<Attempt> = {
  first: { unconverted: false },
  second({ code, cause }) {
    if (cause instanceof DatabaseError && /^(22021|22P05)$/.test(cause.code ?? '')) {
      const line = 'The server has names that it cannot convert; reading once more, as they are.'
      return { attempt: { unconverted: true }, line }
    }
    return code === 'ConnectionLost' ? { attempt: { unconverted: false }, line: lostLine } : null
  },
}
