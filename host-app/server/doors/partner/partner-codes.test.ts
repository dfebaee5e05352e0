import { describe, expect, it } from 'vitest'
import { usePartner } from './use-partner.testing.ts'

const world = usePartner()

describe('a code', () => {
  const refusal = (error: string, status = 400) => ({
    statusCode: status,
    body: expect.stringContaining(`"${error}"`),
  })

  it('is good once: the second use revokes what the first gave', async () => {
    const code = await world.one.allow()
    const { access_token } = (await world.one.exchange(code)).json<{ access_token: string }>()
    expect((await world.account(access_token)).statusCode).toBe(200)
    expect(await world.one.exchange(code)).toMatchObject(refusal('invalid_grant'))
    expect((await world.account(access_token)).statusCode).toBe(401)
  })

  it('that races with itself leaves no token behind', async () => {
    const code = await world.one.allow()
    const replies = await Promise.all([
      world.one.exchange(code),
      world.one.exchange(code),
      world.one.exchange(code),
    ])
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 400, 400])
    const given = replies.find(({ statusCode }) => statusCode === 200)!.json<{ access_token: string }>()
    expect((await world.account(given.access_token)).statusCode).toBe(401)
  })

  it.each([
    ['verifier', { code_verifier: 'x'.repeat(43) }],
    ['address', { redirect_uri: 'https://partner.test/other' }],
    ['code', { code: 'bob_code_x' }],
  ])('with a wrong %s gives nothing, and is not used up nor its token revoked by it', async (_, wrong) => {
    const code = await world.one.allow()
    expect(await world.one.exchange(code, wrong)).toMatchObject(refusal('invalid_grant'))
    const { access_token } = (await world.one.exchange(code)).json<{ access_token: string }>()
    expect(await world.one.exchange(code, wrong)).toMatchObject(refusal('invalid_grant'))
    expect((await world.account(access_token)).statusCode).toBe(200)
  })

  it('of another client gives nothing', async () => {
    const code = await world.one.allow()
    await world.test.services.database.write((tx) =>
      tx.db.updateTable('partner_code').set({ client_id: 'former' }).where('used_at', 'is', null).execute(),
    )
    expect(await world.one.exchange(code)).toMatchObject(refusal('invalid_grant'))
  })

  it('is good for five minutes', async () => {
    const code = await world.one.allow()
    await world.test.services.database.write((tx) =>
      tx.db
        .updateTable('partner_code')
        .set((eb) => ({ expires_at: eb('expires_at', '-', 300_000) }))
        .where('used_at', 'is', null)
        .execute(),
    )
    expect(await world.one.exchange(code)).toMatchObject(refusal('invalid_grant'))
  })

  it('is void with the access token that it was allowed with', async () => {
    const mine = await world.test.signUp(`void${world.count}@acme.test`)
    const code = await world.one.allow({ answer: 'allow', way: 'sign_in', access_token: mine.token })
    const holder = await world.test.services.accessTokens.authenticate(mine.token)
    await world.test.services.database.write((tx) =>
      world.test.services.accessTokens.revoke(tx, mine.id, holder!.tokenId, { force: true }),
    )
    expect(await world.one.exchange(code)).toMatchObject(refusal('invalid_grant'))
  })

  it('for an address that was taken meanwhile gives nobody the other’s account', async () => {
    const [first, second] = [await world.one.allow(), await world.one.allow()]
    expect((await world.one.exchange(first)).statusCode).toBe(200)
    expect(await world.one.exchange(second)).toMatchObject(refusal('invalid_grant'))
  })

  it('is nowhere in the store, nor the token, nor afterwards the person', async () => {
    const code = await world.one.allow()
    const { access_token } = (await world.one.exchange(code)).json<{ access_token: string }>()
    const rows = await world.test.services.database.read.selectFrom('partner_code').selectAll().execute()
    const used = rows.filter(({ used_at }) => used_at !== null)
    expect(JSON.stringify(rows)).not.toContain(code)
    expect(JSON.stringify(rows)).not.toContain(access_token)
    expect(JSON.stringify(used)).not.toContain('@acme.test')
  })
})
