import { afterEach, beforeEach, vi } from 'vitest'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import type { Connect } from './connect.ts'
import { startHost, type HostStandIn } from './host-stand-in.testing.ts'
import { standInForPage, type PageStandIn } from './page-stand-in.testing.ts'

export const result: SourceResult = {
  id: 7,
  type: 'platform.demo-crm',
  display_name: 'CRM',
  step: 'fully_configured',
  check: null,
  selected_streams: ['deals'],
  selected_streams_count: 1,
  ignored_default_streams: [],
}
export const options = { type: 'platform.demo-crm', ephemeral_token: 'secret-token' }

/** A page with the client and a host that the test directs, made anew for each test. */
export interface FlowStandIns {
  host: HostStandIn
  page: PageStandIn
  connect: Connect
  /** The page is loaded again: what was stored and the windows stay. */
  reload(): Promise<void>
  /** Waits until the host has the claim and the page listens. */
  claimed(): Promise<void>
}

export function useFlowStandIns(): FlowStandIns {
  const all = { reload, claimed } as FlowStandIns

  async function reload(): Promise<void> {
    vi.resetModules()
    const { createConnect } = await import('./index.ts')
    all.connect = createConnect({ host: all.host.origin })
  }

  async function claimed(): Promise<void> {
    await until(() => all.host.claims.length > 0 && all.host.questions.length > 0)
  }

  beforeEach(async () => {
    all.host = await startHost()
    all.page = standInForPage()
    await reload()
  })

  afterEach(async () => {
    all.connect.close()
    await until(() => !all.connect.isOpen())
    await all.host.stop()
    vi.unstubAllGlobals()
  })
  return all
}

/** The error that it rejects with, or its value. */
export const settled = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

export const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 60_000, interval: 5 })
