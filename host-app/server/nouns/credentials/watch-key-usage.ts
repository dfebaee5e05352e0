import { Gauge } from 'prom-client'
import { countKeyUsage } from './key-usage.ts'
import type { Metrics } from '../../ground/metrics.ts'
import type { Database } from '../../store/database.ts'
import type { KeyRing } from './seal.ts'
import type { SealedColumn } from './sealed-column.ts'

/** The rows are counted this often at most, in milliseconds, however often somebody asks. */
const countedEvery = 60_000

/** How much a rotation of keys has left to do: rows that are not under the first key. */
export function watchKeyUsage({
  metrics,
  database,
  keyRing,
  columns,
  now,
}: {
  metrics: Pick<Metrics, 'registry'>
  database: Pick<Database, 'read'>
  keyRing: Pick<KeyRing, 'sealingKeyId'>
  columns: readonly SealedColumn[]
  now: () => number
}): void {
  let countedAt = -Infinity
  const gauge = new Gauge({
    name: 'bobbin_sealed_rows_under_other_keys',
    help: 'Sealed rows that are not under the first key; counted once a minute at most.',
    registers: [],
    async collect() {
      if (now() - countedAt < countedEvery) return
      countedAt = now()
      const usage = await countKeyUsage(database.read, columns, now())
      const others = usage.filter(({ keyId }) => keyId !== keyRing.sealingKeyId)
      this.set(others.reduce((sum, { rows }) => sum + rows, 0))
    },
  })
  metrics.registry.registerMetric(gauge)
}
