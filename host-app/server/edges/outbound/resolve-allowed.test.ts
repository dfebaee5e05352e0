import { expect, it } from 'vitest'
import { resolveAllowed } from './resolve-allowed.ts'

const answers = [
  { address: '169.254.169.254', family: 4 },
  { address: '2606:4700:4700::1111', family: 6 },
  { address: '10.0.0.7', family: 4 },
  { address: '93.184.216.34', family: 4 },
  { address: 'fe80::1', family: 6 },
]

it.each([
  [false, ['2606:4700:4700::1111', '93.184.216.34']],
  [true, ['2606:4700:4700::1111', '10.0.0.7', '93.184.216.34']],
])(
  'of the addresses of a name those are given that may be dialled; private networks: %s',
  async (areAllowed, given) => {
    const addresses = await resolveAllowed('db.example.com', areAllowed, () => Promise.resolve(answers))
    expect(addresses.map(({ address }) => address)).toEqual(given)
  },
)

it('none is given where none may be dialled', async () => {
  const onlyMetadata = resolveAllowed('db.example.com', true, () => Promise.resolve(answers.slice(0, 1)))
  await expect(onlyMetadata).rejects.toMatchObject({ code: 'AddressNotAllowed' })
})
