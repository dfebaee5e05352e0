import type { FlowSeed } from './flow.ts'

type KeyedFlow = Pick<FlowSeed, 'host' | 'flowId' | 'appKey'>

/** Calls the host for a flow. No cookie goes along: the flow's key, or the token in the body, is all that counts. */
export function askHost(flow: KeyedFlow, path: string, init: RequestInit): Promise<Response> {
  return fetch(`${flow.host}/flows/${flow.flowId}/${path}`, {
    credentials: 'omit',
    cache: 'no-store',
    headers: { Authorization: `Bearer ${flow.appKey}` },
    ...init,
  })
}
