import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { GrantedValues } from '../credentials/credentials.ts'

/** What a token endpoint answered, to be written in place of what was asked with. */
interface TokenReplyToSave {
  readonly values: GrantedValues
  readonly expiresAt: number | null
  /** False: the grant is not the one any more that the reply belongs to. Throws when the store fails. */
  save(): Promise<boolean>
}

/**
 * Replies that could not be saved yet, by the grant they renew. The refresh token in the store was spent
 * for them, so such a reply is all that is left of the grant: it is used from memory, nobody refreshes
 * meanwhile, and the save is tried again until it lands or another authorization took the grant's place.
 */
export interface UnsavedReplies {
  /** Resolves at once when saved (true) or outdated (false); true also when the save has to be tried again. */
  save(key: string, reply: TokenReplyToSave): Promise<boolean>
  find(key: string): UnsavedReply | null
}

interface UnsavedReply extends TokenReplyToSave {
  /** Resolves when the reply is saved, or outdated. */
  readonly settled: Promise<unknown>
}

const firstPause = 100
const longestPause = 5_000

export function createUnsavedReplies(log: Pick<Logger, 'info' | 'error'>): UnsavedReplies {
  const unsaved = new Map<string, UnsavedReply>()

  async function saveAtLast(key: string, { save }: TokenReplyToSave): Promise<void> {
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      // Nobody stays alive for it: a store that fails until the end would never let the process go.
      await delay(pause, undefined, { ref: false })
      try {
        const isSaved = await save()
        log.info({ grant: key, isSaved }, 'A renewed token that could not be saved is settled.')
        return
      } catch {
        // The first failure was logged; the store tells of itself.
      }
    }
  }

  return {
    find: (key) => unsaved.get(key) ?? null,
    async save(key, reply) {
      try {
        return await reply.save()
      } catch (error) {
        log.error({ grant: key, err: error }, 'A renewed token could not be saved; it is tried again.')
        const settled = saveAtLast(key, reply).finally(() => unsaved.delete(key))
        unsaved.set(key, { ...reply, settled })
        return true
      }
    },
  }
}
