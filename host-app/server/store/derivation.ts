import type { Database, SourceKey, Transaction } from './database.ts'

/** Runs the work of writes, and at its end what is derived of the sources that it touched. */
export interface Derivation extends Pick<Database, 'derive'> {
  run<Result>(
    work: (tx: Transaction) => Promise<Result>,
    base: Pick<Transaction, 'db' | 'afterCommit'>,
  ): Promise<Result>
}

export function createDerivation(): Derivation {
  let derive: Parameters<Database['derive']>[0] = async () => {}
  return {
    derive: (given) => void (derive = given),
    async run(work, { db, afterCommit }) {
      const touched = new Map<string, SourceKey>()
      const tx: Transaction = {
        db,
        afterCommit,
        touch: (source) => void touched.set(`${source.accountId}/${source.sourceId}`, source),
        async settle() {
          for (const [key, source] of touched) {
            touched.delete(key)
            await derive(tx, source)
          }
        },
      }
      const result = await work(tx)
      await tx.settle()
      return result
    },
  }
}
