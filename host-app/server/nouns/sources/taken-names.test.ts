import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectorInfo, connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'

let test: TestParts
beforeEach(async () => {
  test = await createTestParts({
    connectors: [{ ...connectorOf(() => [table('a')]), info: connectorInfo({}) }],
  })
})
afterEach(() => test.close())

const wizard = { mustBeComplete: true, uniqueName: true }
const api = { mustBeComplete: false, uniqueName: false }

function create(options: typeof api, display_name = 'My shop') {
  const { type } = connectorInfo({})
  return test.database.write((tx) => test.sources.create(tx, 1, { type, display_name }, options))
}

describe('a taken name', () => {
  it('numbers a taken name in the wizard and refuses it by the API', async () => {
    await create(wizard)
    expect((await create(wizard)).name).toBe('my_shop_2')
    expect((await create(wizard)).name).toBe('my_shop_3')
    await expect(create(api)).rejects.toMatchObject({
      code: 'InvalidName',
      status: 409,
      message: 'non-unique name after deriving it from display_name (My shop -> my_shop)',
    })
    const long = 'x'.repeat(60)
    expect([(await create(wizard, long)).name, (await create(wizard, long)).name]).toEqual([
      'x'.repeat(49),
      `${'x'.repeat(47)}_2`,
    ])
  })
})

describe('the name of a deleted source', () => {
  const drop = (id: number) => test.database.write((tx) => test.sources.softDelete(tx, 1, id))

  it('is free again, for the API, the wizard and a clone, however often', async () => {
    for (let times = 0; times < 3; times += 1) {
      const { id, name } = await create(api)
      expect(name).toBe('my_shop')
      await drop(id)
    }
    const { id, name } = await create(wizard)
    expect(name).toBe('my_shop')
    const clone = () =>
      test.database.write((tx) => test.sources.clone(tx, 1, id, { display_name: 'Second shop' }))
    const second = await clone()
    await expect(clone()).rejects.toMatchObject({ code: 'InvalidName', data: { reason: 'taken' } })
    await drop(second.id)
    expect((await clone()).name).toBe('second_shop')
  })

  it('stays with it, and is refused while a living one has it', async () => {
    const { id } = await create(api)
    await drop(id)
    await create(api)
    expect(await test.sources.find(1, id)).toMatchObject({ name: 'my_shop' })
    await expect(create(api)).rejects.toMatchObject({ code: 'InvalidName', status: 409 })
  })
})
