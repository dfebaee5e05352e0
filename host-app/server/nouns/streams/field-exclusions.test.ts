import { isolated } from '@bobbin/shared/isolated'
import { describe, expect, it } from 'vitest'
import { useRuledStreams } from './ruled-streams.testing.ts'
import { replicatedFields } from './tap.testing.ts'

const world = useRuledStreams()
const { forget, choose, catalogOf } = world

describe('field exclusions at the wizard', () => {
  it('refuse the second of two with a sentence that names both', async () => {
    const both = { tap_stream_id: 'shop-report', selected: true, fields: { clicks: true, age: true } }
    const refusal = {
      code: 'InvalidProperties',
      data: {
        fields: {
          'shop-report': `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
        },
      },
    }
    await expect(choose([both])).rejects.toMatchObject(refusal)
    await choose([{ tap_stream_id: 'shop-report', selected: true }])
    // "clicks" came by itself, and the person saw its tick.
    await expect(choose([{ tap_stream_id: 'shop-report', fields: { age: true } }])).rejects.toMatchObject(
      refusal,
    )
    await choose([{ tap_stream_id: 'shop-report', fields: { age: true, clicks: false } }])
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'age', 'cost'])
  })

  it('show beside each field the tick that counts', async () => {
    const ticks = async (name: string) => {
      const { fields } = await world.test.streams.fields(1, world.sourceId, `shop-${name}`, null)
      return fields.filter((one) => one.selected ?? one.selected_by_default).map((one) => one.name)
    }
    expect(await ticks('report')).toEqual(['day', 'clicks', 'cost'])
    expect(await ticks('defaults')).toEqual(['a', 'c'])
  })

  it('are heeded by "select all" and by what the page suggests', async () => {
    await choose([], [{ q: '', selected: true }])
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'clicks', 'cost'])
    expect(replicatedFields(await catalogOf('defaults'))).toEqual(['a', 'c'])
    await forget()
    const suggested = { 'shop-report': { age: true, clicks: true, hour: true } }
    await world.test.database.write((tx) =>
      world.test.streams.applySelection(
        tx,
        1,
        world.sourceId,
        { changes: [{ tap_stream_id: 'shop-report', selected: true }] },
        suggested,
      ),
    )
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'clicks'])
  })
})
