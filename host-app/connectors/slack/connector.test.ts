import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { contextOf, runConnector } from '../connector-contract.testing.ts'
import type { StandardParameter } from '../oauth-provider.ts'
import { fieldsOf } from '../rest/stream-fields.ts'
import { slack } from './connector.ts'
import { app, openSlack, type SlackScene } from './contract.testing.ts'
import { allScopes, client } from './fake-slack.testing.ts'
import { slackStreams } from './slack-streams.ts'

let scene: SlackScene
beforeAll(async () => {
  scene = await openSlack()
})
afterAll(() => scene?.close())
beforeEach(() => {
  Object.assign(scene.fake, { mood: 'well', hasGroups: true })
})

it('reads what each of both grants may read', async () => {
  const { error, streams } = await runConnector(slack, scene.situation())
  expect([error, streams.filter(({ access }) => access)]).toEqual([null, []])
  expect(streams.map((stream) => stream.tap_stream_id)).toContain('private_channels')
})

it('says that it is the plan that has no user groups, and reads the rest', async () => {
  scene.fake.hasGroups = false
  const { error, streams } = await runConnector(slack, scene.situation())
  const closed = streams.filter(({ access }) => access)
  expect([error, closed.map((stream) => [stream.tap_stream_id, stream.access])]).toEqual([
    null,
    [['user_groups', { reason: 'needs_plan' }]],
  ])
})

it("says that it was the person's grant that Slack refused", async () => {
  const { error } = await runConnector(slack, scene.situation(app, 'xoxp-gone'))
  expect(error).toMatchObject({ code: 'AuthorizationExpired', role: 'user' })
})

it('lists the channels page by page, those that are archived not', async () => {
  const ask = (cursor: string | null) =>
    slack.options?.(contextOf(slack, scene.situation()), { property: 'channels', query: '', cursor })
  const first = await ask(null)
  expect(first?.options).toEqual([
    { value: 'C00', label: '#general', hint: 'C00' },
    { value: 'C01', label: '#random', hint: 'C01' },
  ])
  const second = await ask(first?.nextCursor ?? null)
  expect(second?.options.map(({ label }) => label)).toEqual(['#support', '#sales'])
  expect(second?.nextCursor).toBeNull()
})

it('waits where Slack asks it to', async () => {
  scene.fake.requestsLeft = 0
  const { error, lines } = await runConnector(slack, scene.situation())
  expect(error).toBeNull()
  expect(lines).toContain('The service asks to wait 0 s.')
})

it('is granted both, and renews each for itself', async () => {
  const { oauth: provider } = slack
  if (!provider) throw new Error('It has a provider.')
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Partial<Record<StandardParameter, string>>,
    role: string | null = null,
  ) => {
    const ways = {
      provider,
      client,
      fetch: scene.fake.inPlace(fetch),
      now: () => Date.now(),
      timeout: 30_000,
    }
    const endpoint = String(provider.tokenEndpoint)
    const answer = await requestToken({ ...ways, endpoint, grantType, parameters, role })
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}: ${JSON.stringify(answer)}`)
    return answer
  }
  scene.fake.codes.set('code-1', { user: true })
  const { values, lifetime, others } = await ask('authorization_code', { code: 'code-1' })
  expect(values).toMatchObject({ team_id: 'T01', user_id: 'U01', scope: allScopes.bot.join(' ') })
  expect(lifetime).toBe(43_200_000)
  const user = others?.['user']?.values ?? {}
  expect(user).toMatchObject({ scope: 'groups:read groups:history' })
  const again = await ask('refresh_token', { refresh_token: user['refresh_token'] ?? '' }, 'user')
  expect(again.values['scope']).toBe('groups:read groups:history')
  await ask('refresh_token', { refresh_token: values['refresh_token'] ?? '' })
  await expect(ask('refresh_token', { refresh_token: values['refresh_token'] ?? '' })).rejects.toThrow(
    'invalid_refresh_token',
  )
  scene.fake.codes.set('code-2', { user: false })
  expect((await ask('authorization_code', { code: 'code-2' })).others).toEqual({})
})

it('has no field that neither Slack’s own package knows of nor the tap', () => {
  const answers: Readonly<Record<string, readonly [file: string, name: string]>> = {
    channels: ['ConversationsList', 'Channel'],
    private_channels: ['ConversationsList', 'Channel'],
    messages: ['ConversationsHistory', 'MessageElement'],
    private_messages: ['ConversationsHistory', 'MessageElement'],
    threads: ['ConversationsHistory', 'MessageElement'],
    users: ['UsersList', 'Member'],
    user_groups: ['UsergroupsList', 'Usergroup'],
    files: ['FilesList', 'File'],
  }
  // What the tap adds or finds besides, and one that Slack's own example has.
  const ofTap = ['channel_id', 'permalink', 'pinned_to', 'auto_type']
  const types = join(dirname(createRequire(import.meta.url).resolve('@slack/web-api')), 'types/response')
  const unknown = slackStreams.flatMap(({ id, fields }) => {
    const [file, name] = answers[id] ?? []
    if (file === undefined) return []
    const text = readFileSync(`${types}/${file}Response.d.ts`, 'utf8')
    const [, body = ''] = new RegExp(`^export interface ${name} \\{\\n([^]*?)^\\}`, 'm').exec(text) ?? []
    const known = new Set([...body.matchAll(/^ {4}(\w+)\?:/gm)].map(([, field]) => field))
    const named = fieldsOf(fields).map(([field]) => field)
    return named.flatMap((field) => (known.has(field) || ofTap.includes(field) ? [] : [`${id}.${field}`]))
  })
  expect(unknown).toEqual([])
})
