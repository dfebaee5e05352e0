import { expect, it } from 'vitest'
import { flowFunctionNames } from '@bobbin/shared/flow-function'
import { pageErrors } from '@bobbin/shared/page-errors'

/** What the package promises. A name that is added or lost here is a change for everybody. */
const names = [
  ...flowFunctionNames,
  ...Object.keys(pageErrors).map((code) => `${code}Error`),
  'resume',
  'isOpen',
  'focus',
  'close',
  'createConnect',
  'isBobbinError',
].toSorted()

it('the module exports these names', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual(names)
})

it('window.Bobbin has the same', async () => {
  expect(Object.keys(await import('./umd.ts')).toSorted()).toEqual(names)
})

it('window.Stitch has the same and the old steps', async () => {
  const stitch = await import('./stitch.ts')
  expect(Object.keys(stitch).toSorted()).toEqual([...names, 'STEPS'].toSorted())
  expect(stitch.STEPS).toEqual({
    CREATE: 'CREATE',
    EDIT: 'EDIT',
    AUTHORIZE: 'AUTHORIZE',
    ONLY_AUTHORIZE: 'ONLY_AUTHORIZE',
    DISCOVER: 'DISCOVER',
    SELECT_STREAMS: 'SELECT_STREAMS',
  })
})
