import type { Database, SourceKey, Transaction } from './database.ts'

/** Runs the work of writes, and at its end what is derived of the sources that it touched. */
export interface Derivation extends Pick<Database, 'derive'> {
  run<Result>(
    work: (tx: Transaction) => Promise<Result>,
    base: Pick<Transaction, 'db' | 'afterCommit'>,
  ): Promise<Result>
}

const keyOf = ({ accountId, sourceId }: SourceKey) => `${accountId}/${sourceId}`

export function createDerivation(): Derivation {
  let derive: Parameters<Database['derive']>[0] = async () => {}
  return {
    derive: (given) => void (derive = given),
    async run(work, { db, afterCommit }) {
      const touched = new Map<string, SourceKey>()
      const known = new Map<string, Map<string, unknown>>()
      const tx: Transaction = {
        db,
        afterCommit,
        touch(source) {
          touched.set(keyOf(source), source)
          known.delete(keyOf(source))
        },
        async derived<Value>(source: SourceKey, name: string, find: () => Promise<Value>) {
          const ofSource = known.get(keyOf(source)) ?? new Map<string, unknown>()
          known.set(keyOf(source), ofSource)
          if (!ofSource.has(name)) ofSource.set(name, await find())
          return ofSource.get(name) as Value
        },
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
