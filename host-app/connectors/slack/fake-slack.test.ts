import { LogLevel, WebClient } from '@slack/web-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { allScopes, client, type FakeSlack, startFakeSlack } from './fake-slack.testing.ts'

/* Slack's own client, asking the Slack of our tests: it has to find all that it looks for in a real one. */

let fake: FakeSlack
beforeAll(async () => {
  fake = await startFakeSlack()
  fake.tokens.set('xoxb-app', { kind: 'bot', scopes: allScopes.bot, state: 'good' })
  fake.tokens.set('xoxb-few', { kind: 'bot', scopes: ['users:read'], state: 'good' })
  fake.tokens.set('xoxp-anna', { kind: 'user', scopes: allScopes.user, state: 'good' })
})
afterAll(() => fake?.close())

function web(token?: string): WebClient {
  const slackApiUrl = `${fake.origin}/api/`
  return new WebClient(token, { slackApiUrl, retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR })
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { data?: { error: string; needed?: string } }) => error.data,
  )

it('pages through the channels by cursors', async () => {
  const names: (string | undefined)[] = []
  for await (const page of web('xoxb-app').paginate('conversations.list', { limit: 2 })) {
    for (const { name } of (page as { channels?: { name?: string }[] }).channels ?? []) names.push(name)
  }
  expect(names).toEqual(['general', 'random', 'support', 'sales', 'ops'])
})

it('lists private channels for the person alone', async () => {
  const list = { types: 'private_channel' }
  const { channels } = await web('xoxp-anna').conversations.list(list)
  expect(channels?.map(({ id }) => id)).toEqual(['G01'])
  expect(await failureOf(web('xoxb-app').conversations.list(list))).toMatchObject({
    error: 'missing_scope',
    needed: 'groups:read',
  })
})

it('names the workspace, and lists people, groups and files', async () => {
  const app = web('xoxb-app')
  expect(await app.auth.test()).toMatchObject({ team: 'North', team_id: 'T01', bot_id: 'B01' })
  expect((await app.users.list({})).members).toHaveLength(1)
  expect((await app.usergroups.list()).usergroups).toHaveLength(1)
  expect((await app.files.list({})).files).toEqual([])
})

it('has no user groups where its plan has none', async () => {
  fake.hasGroups = false
  const failure = await failureOf(web('xoxb-app').usergroups.list())
  fake.hasGroups = true
  expect(failure).toMatchObject({ error: 'plan_upgrade_required' })
})

it('says what is missing, and whom it does not know', async () => {
  expect(await failureOf(web('xoxb-few').usergroups.list())).toMatchObject({
    error: 'missing_scope',
    needed: 'usergroups:read',
  })
  expect(await failureOf(web('xoxb-nobody').auth.test())).toMatchObject({ error: 'invalid_auth' })
  expect(await failureOf(web().auth.test())).toMatchObject({ error: 'not_authed' })
})

it('grants an app and a person, renews each once with each refresh token, and revokes one of them', async () => {
  fake.codes.set('code-1', { user: true })
  const us = { client_id: client.id, client_secret: client.secret }
  const first = await web().oauth.v2.access({ ...us, code: 'code-1' })
  expect(first).toMatchObject({ token_type: 'bot', expires_in: 43_200, team: { id: 'T01' } })
  expect(first.authed_user).toMatchObject({
    id: 'U01',
    token_type: 'user',
    scope: 'groups:read,groups:history',
  })
  expect(await failureOf(web().oauth.v2.access({ ...us, code: 'code-1' }))).toMatchObject({
    error: 'invalid_code',
  })
  const refresh_token = first.authed_user?.refresh_token ?? ''
  const renew = () => web().oauth.v2.access({ ...us, grant_type: 'refresh_token', refresh_token })
  const person = await renew()
  expect(person).toMatchObject({ token_type: 'user', user_id: 'U01' })
  expect(await failureOf(renew())).toMatchObject({ error: 'invalid_refresh_token' })
  await web(person.access_token).auth.revoke()
  expect(await failureOf(web(person.access_token).auth.test())).toMatchObject({ error: 'token_revoked' })
  expect((await web(first.access_token).auth.test()).ok).toBe(true)
})
