import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessTask } from './oauth-process.testing.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider
const lease = 3_000
/** For who must not lose it, however busy the machine is. */
const patient = 20_000
const children: ChildProcess[] = []

beforeEach(async () => {
  world = await openWorld({ timings: { lease } })
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
  await world.haveGrant({ access_token: 'old', refresh_token: 'rt-1' }, -1)
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  provider.close()
  await world.close()
})

function startProcess(calls: number, lease: number) {
  const task: ProcessTask = { place: world.place, providerOrigin: provider.origin, lease, calls }
  const program = fileURLToPath(new URL('oauth-process.testing.ts', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

describe('refreshing in several processes', () => {
  it('asks the provider once', async () => {
    let asked = 0
    provider.answer = async () => {
      asked++
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      return { body: { access_token: `at-${asked}`, refresh_token: 'rt-2', expires_in: 3600 } }
    }
    const outputs = await Promise.all([1, 2].map(async () => await text(startProcess(20, patient).stdout)))
    expect(outputs.map((output) => JSON.parse(output) as unknown)).toEqual([
      Array(20).fill('at-1'),
      Array(20).fill('at-1'),
    ])
    expect(asked).toBe(1)
    expect(await world.grant()).toMatchObject({ version: 2, values: { refresh_token: 'rt-2' } })
  })

  it('goes on after a process was killed while it refreshed', async () => {
    const isAsked = Promise.withResolvers<void>()
    provider.answer = () => {
      isAsked.resolve()
      return 'hang'
    }
    const child = startProcess(1, lease)
    await isAsked.promise
    child.kill('SIGKILL')
    await once(child, 'exit')
    provider.answer = () => ({ body: { access_token: 'at-2', expires_in: 3600 } })
    expect(await world.oauth.accessToken(accountId, world.sourceId)).toBe('at-2')
    expect(provider.asked).toHaveLength(2)
  })
})
