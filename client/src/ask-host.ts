import type { FlowSeed } from './flow.ts'

type KeyedFlow = Pick<FlowSeed, 'host' | 'flowId'>

/**
 * Calls the host for a flow. No cookie goes along, and no header of ours: the flow's key, or the token, is in
 * the body, where no script that rewrites a page's requests reaches, and text needs no preflight.
 */
export function askHost(
  flow: KeyedFlow,
  path: 'claim' | 'relay' | 'cancel',
  body: object,
  init: Pick<RequestInit, 'signal' | 'keepalive'>,
): Promise<Response> {
  return fetch(`${flow.host}/flows/${flow.flowId}/${path}`, {
    method: 'POST',
    credentials: 'omit',
    cache: 'no-store',
    body: JSON.stringify(body),
    ...init,
  })
}
