import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEventLog } from '../nouns/events/event-log.ts'
import type { Database, Transaction } from './database.ts'

/** What every store must do. Each implementation runs this suite. */
export function describeDatabase(name: string, open: () => Promise<Database>): void {
  describe(`the ${name} store`, () => {
    let database: Database
    beforeEach(async () => void (database = await open()))
    afterEach(() => database.close())

    // In the context of the test, wherever it is called.
    const accounts = AsyncLocalStorage.bind(() =>
      database.read.selectFrom('account').select('email').orderBy('id').execute(),
    )

    it('shows a write to readers once it is acknowledged, and not before', async () => {
      const write = database.write(async (tx) => {
        await insertAccount(tx, 'a')
        expect(await accounts()).toEqual([])
      })
      await write
      expect(await accounts()).toEqual([{ email: 'a' }])
    })

    it('lets a writer read what it wrote', async () => {
      const seen = await database.write(async (tx) => {
        await insertAccount(tx, 'a')
        return tx.db.selectFrom('account').select('email').execute()
      })
      expect(seen).toEqual([{ email: 'a' }])
    })

    it('refuses to a write whatever does not go through its `tx`', async () => {
      const beside: ((tx: Transaction) => Promise<unknown>)[] = [
        () => database.read.selectFrom('account').selectAll().execute(),
        () => database.write((tx) => insertAccount(tx, 'inner')),
      ]
      for (const work of beside) {
        const write = database.write(async (tx) => {
          await insertAccount(tx, 'outer')
          await work(tx)
        })
        await expect(write).rejects.toThrow('through its `tx`')
      }
      expect(await accounts()).toEqual([])
    })

    it('lets a task after the commit read and write again', async () => {
      const told = Promise.withResolvers<unknown>()
      await database.write(async (tx) => {
        await insertAccount(tx, 'a')
        tx.afterCommit(() => {
          const then = database.write((next) => insertAccount(next, 'b')).then(accounts)
          then.then(told.resolve, told.reject)
        })
      })
      expect(await told.promise).toEqual([{ email: 'a' }, { email: 'b' }])
    })

    it('keeps nothing of a write that fails, and all of those asked for beside it', async () => {
      const told: string[] = []
      const write = (email: string, fails = false) =>
        database.write(async (tx) => {
          tx.afterCommit(() => told.push(email))
          await insertAccount(tx, email)
          if (fails) throw new Error('changed my mind')
          return email
        })
      const results = await Promise.allSettled([write('a'), write('b', true), write('c'), write('a')])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
      expect(await accounts()).toEqual([{ email: 'a' }, { email: 'c' }])
      expect(told).toEqual(['a', 'c'])
    })

    it('runs writes one after the other, in the order they came', async () => {
      const write = (email: string) =>
        database.write(async (tx) => {
          const before = await tx.db.selectFrom('account').select('email').orderBy('id').execute()
          await insertAccount(tx, email)
          return before.map((account) => account.email)
        })
      expect(await Promise.all(['a', 'b', 'c'].map(write))).toEqual([[], ['a'], ['a', 'b']])
    })

    it('does each write in the context of who asked for it, and leaves none to the next', async () => {
      const asking = new AsyncLocalStorage<string>()
      const write = () =>
        database.write(async (tx) => {
          await insertAccount(tx, String(asking.getStore()))
          return asking.getStore()
        })
      const asked = ['a', 'b'].map((name) => asking.run(name, write))
      expect(await Promise.all([...asked, write()])).toEqual(['a', 'b', undefined])
    })

    it('derives what a write touched: once for each, at its end or when it settles, and in it', async () => {
      const derived: string[] = []
      database.derive(async (tx, { accountId, sourceId }) => {
        await insertAccount(tx, `of ${accountId}/${sourceId}`)
        tx.afterCommit(() => derived.push(`${accountId}/${sourceId}`))
        if (sourceId === 13) throw new Error('cannot be derived')
      })
      const write = (...sourceIds: number[]) =>
        database.write(async (tx) => {
          for (const sourceId of sourceIds) tx.touch({ accountId: 1, sourceId })
          await tx.settle()
          await insertAccount(tx, 'settled')
          tx.touch({ accountId: 2, sourceId: 1 })
        })
      const [, failed] = await Promise.allSettled([write(7, 7, 8), write(13), database.write(async () => {})])
      expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'cannot be derived' } })
      expect(derived).toEqual(['1/7', '1/8', '2/1'])
      expect((await accounts()).map(({ email }) => email)).toEqual(['of 1/7', 'of 1/8', 'settled', 'of 2/1'])
    })

    it('lets one of many win what can be won once', async () => {
      await database.write((tx) => insertAccount(tx, 'a'))
      const claims = await Promise.all(
        Array.from({ length: 50 }, () =>
          database.write(async (tx) => {
            const { numUpdatedRows } = await tx.db
              .updateTable('account')
              .set({ company: 'taken' })
              .where('email', '=', 'a')
              .where('company', '=', 'free')
              .executeTakeFirst()
            return Number(numUpdatedRows)
          }),
        ),
      )
      expect(claims.reduce((sum, won) => sum + won)).toBe(1)
    })

    it('numbers the events of a topic without gaps, and tells those who follow', async () => {
      const log = createEventLog(database, () => 7)
      const stop = new AbortController()
      const followed: unknown[] = []
      const following = (async () => {
        for await (const event of log.follow('t', 1, stop.signal)) {
          followed.push([event.seq, event.type, event.data])
          if (event.seq === 5) stop.abort()
        }
      })()
      for (const type of ['a', 'b', 'c']) await database.write((tx) => log.append(tx, 't', type, { type }))
      await Promise.all(
        ['d', 'e', 'other'].map((type) =>
          database.write((tx) => log.append(tx, type === 'other' ? 'o' : 't', type, null)),
        ),
      )
      await following
      expect(followed).toEqual([
        [2, 'b', { type: 'b' }],
        [3, 'c', { type: 'c' }],
        [4, 'd', null],
        [5, 'e', null],
      ])
      expect(await log.last('t')).toBe(5)
      expect(await log.last('nowhere')).toBe(0)
    })

    it('appends nothing past a topic’s limit', async () => {
      const log = createEventLog(database, () => 7)
      for (let time = 0; time < 4; time += 1) {
        await database.write((tx) => log.append(tx, 't', 'x', null, 2))
      }
      await database.write((tx) => log.append(tx, 't', 'end', null))
      expect((await log.read('t', 0)).map(({ type }) => type)).toEqual(['x', 'x', 'end'])
    })
  })
}

function insertAccount(tx: Transaction, email: string) {
  return tx.db
    .insertInto('account')
    .values({
      company: 'free',
      email,
      first_name: '',
      last_name: '',
      allowed_origins: '[]',
      created_at: 1,
    })
    .execute()
}
