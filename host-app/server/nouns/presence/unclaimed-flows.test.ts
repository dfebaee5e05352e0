import { expect, it } from 'vitest'
import { createUnclaimedFlows } from './unclaimed-flows.ts'

it('admits twenty windows of an address a minute, and counts neither claimed nor old ones', () => {
  let now = 0
  const flows = createUnclaimedFlows(() => now)
  for (let index = 0; index < 20; index += 1) expect(flows.admit(`flow${index}`, 'a')).toBe(true)
  expect(flows.admit('one more', 'a')).toBe(false)
  expect(flows.admit('flow3', 'a')).toBe(true)
  expect(flows.admit('one more', 'b')).toBe(true)
  flows.claimed('flow3')
  expect(flows.admit('another', 'a')).toBe(true)
  expect(flows.admit('yet another', 'a')).toBe(false)
  now = 60_000
  expect(flows.admit('yet another', 'a')).toBe(true)
})

it('brings a refusal to the window that waits, and to no other', () => {
  const flows = createUnclaimedFlows(() => 0)
  const told: string[] = []
  const stop = flows.onRefused('mine', ({ code }) => told.push(code))
  const error = { code: 'UnknownSourceType', message: '', data: {} } as const
  flows.refuse('other', error)
  flows.refuse('mine', error)
  stop()
  flows.refuse('mine', error)
  expect(told).toEqual(['UnknownSourceType'])
})

it('tells a window that comes after the refusal, unless the flow was claimed since', () => {
  const flows = createUnclaimedFlows(() => 0)
  const told: string[] = []
  flows.refuse('flow', { code: 'InvalidOptions', message: '', data: {} })
  flows.onRefused('flow', ({ code }) => told.push(code))()
  expect(told).toEqual(['InvalidOptions'])
  flows.claimed('flow')
  flows.onRefused('flow', ({ code }) => told.push(code))()
  expect(told).toEqual(['InvalidOptions'])
})

it('remembers a thousand refusals and no more', () => {
  const flows = createUnclaimedFlows(() => 0)
  const told: string[] = []
  for (let index = 0; index <= 1_000; index += 1) {
    flows.refuse(`flow${index}`, { code: 'InvalidOptions', message: '', data: {} })
  }
  for (const id of ['flow0', 'flow1', 'flow1000']) flows.onRefused(id, () => told.push(id))()
  expect(told).toEqual(['flow1', 'flow1000'])
})

it('counts the addresses that one client of IPv6 has as one', () => {
  const flows = createUnclaimedFlows(() => 0)
  for (let host = 1; host <= 20; host += 1) {
    expect(flows.admit(`flow${host}`, `2001:db8:1:2::${host.toString(16)}`)).toBe(true)
  }
  expect(flows.admit('one more', '2001:db8:1:2:ffff::1')).toBe(false)
  expect(flows.admit('one more', '2001:db8:1:3::1')).toBe(true)
})

it('an address holds as many streams as its windows have; the oldest gives way', () => {
  const flows = createUnclaimedFlows(() => 0)
  const places = Array.from({ length: 60 }, () => flows.takeStream('192.0.2.1'))
  flows.takeStream('192.0.2.2')
  expect(places.some(({ signal }) => signal.aborted)).toBe(false)
  places[7]?.leave()
  places.push(flows.takeStream('::ffff:192.0.2.1'))
  expect(places.some(({ signal }) => signal.aborted)).toBe(false)
  places.push(flows.takeStream('192.0.2.1'))
  expect(places.map(({ signal }) => signal.aborted).indexOf(true)).toBe(0)
})
