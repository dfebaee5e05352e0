import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import { createPhoenixChannels } from './phoenix-channels.ts'

const topic = 'authorization_status:a'
let status: string
let sent: unknown[]
const changes = new EventEmitter()
const failed = vi.fn<(error: unknown) => void>()

function open() {
  return createPhoenixChannels({
    find: async (name) =>
      name.startsWith(topic)
        ? {
            read: async () => status,
            watch(changed) {
              changes.on('change', changed)
              return () => changes.off('change', changed)
            },
          }
        : null,
    send: (text) => sent.push(JSON.parse(text)),
    failed,
  })
}

const say = (...frame: unknown[]) => JSON.stringify(frame)

function become(next: string) {
  status = next
  changes.emit('change')
}

beforeEach(() => {
  status = 'awaiting_callback'
  sent = []
  changes.removeAllListeners()
})

it('answers heartbeats', async () => {
  await open().receive(say(null, '1', 'phoenix', 'heartbeat', {}))
  expect(sent).toEqual([[null, '1', 'phoenix', 'phx_reply', { status: 'ok', response: {} }]])
})

it('tells the status to who joins, then what it becomes, once each', async () => {
  await open().receive(say('1', '1', topic, 'phx_join', {}))
  become('awaiting_callback')
  become('active')
  become('active')
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent).toEqual([
    ['1', '1', topic, 'phx_reply', { status: 'ok', response: { status: 'awaiting_callback' } }],
    ['1', null, topic, 'status_update', { status: 'active' }],
  ])
})

it('tells nothing to who has left, and keeps nothing of it', async () => {
  const channels = open()
  await channels.receive(say('1', '1', topic, 'phx_join', {}))
  await channels.receive(say('1', '2', topic, 'phx_leave', {}))
  become('active')
  expect(changes.listenerCount('change')).toBe(0)
  expect(sent).toHaveLength(2)
})

it('takes the second joining of a topic for the only one', async () => {
  const channels = open()
  await channels.receive(say('1', '1', topic, 'phx_join', {}))
  await channels.receive(say('2', '2', topic, 'phx_join', {}))
  expect(changes.listenerCount('change')).toBe(1)
})

it('joins ten topics and no more', async () => {
  const channels = open()
  for (let index = 0; index < 11; index += 1) {
    await channels.receive(say(`${index}`, `${index}`, `${topic}${index}`, 'phx_join', {}))
  }
  expect(sent.at(-1)).toEqual([
    '10',
    '10',
    `${topic}10`,
    'phx_reply',
    { status: 'error', response: { reason: 'too many topics' } },
  ])
  expect(changes.listenerCount('change')).toBe(10)
  channels.close()
  expect(changes.listenerCount('change')).toBe(0)
})

it.each([
  ['a topic that there is not', say('1', '1', 'rooms:lobby', 'phx_join', {})],
  ['an event of a topic that was not joined', say('1', '1', topic, 'shout', {})],
])('refuses %s', async (_, text) => {
  await open().receive(text)
  expect(sent).toEqual([
    ['1', '1', expect.any(String), 'phx_reply', { status: 'error', response: { reason: 'unmatched topic' } }],
  ])
})

it('does not speak with who sends something else, nor after it was closed', async () => {
  const channels = open()
  expect(await channels.receive('hello')).toBe(false)
  channels.close()
  expect(await channels.receive(say(null, '1', 'phoenix', 'heartbeat', {}))).toBe(false)
  expect(sent).toEqual([])
})
