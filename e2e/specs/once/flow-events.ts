import type { Account } from '../../connect-api.ts'

/** How the account's flows ended, as its back end is told: `GET /v4/events`. */
export async function flowEvents(
  account: Account,
): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { data } = (await account.call('GET', '/v4/events')) as {
    data: { type: string; data: Record<string, unknown> }[]
  }
  return data
    .filter(({ type }) => type.startsWith('flow.'))
    .map(({ type, data: facts }) => ({ type, data: facts }))
}
