import { noteSaying, noteSecret, noteSecretsOf } from '../evidence.ts'
import type { Listener, Overheard } from './front-proxy.ts'

/**
 * Learns from what passes the proxy which secrets there are: keys, cookies and codes of browsers, tokens of
 * the provider. And notes all that the host app answers, but for the files that everyone gets.
 */
export function evidenceListener(hostApp: string): Listener {
  return (overheard) => {
    learnSecrets(overheard)
    const { host, method, url, status, answer } = overheard
    if (host !== hostApp || /^\/(?:client|wizard\/assets)\//.test(url)) return
    const path = url.split('?')[0] ?? ''
    if (method === 'POST' && status < 300 && madeForPages.test(path))
      return noteSecretsOf(fieldsOf(answer, 'application/json'))
    const isHandingOver = method === 'POST' && path === '/oauth/authorization'
    const handed = isHandingOver ? handedCode : method === 'GET' && readByPages.test(path) ? readToken : null
    noteSaying(`${method} ${path} ${status}`, handed ? answer.replace(handed, '') : answer)
  }
}

/** A page of the catalog asks for tokens, which are the whole of the reply. */
const madeForPages = /^\/api\/platform_user\/sessions\/./

/** A partner's code stands in the address to which the page that asked for it is sent, and nowhere else. */
const handedCode = /(?<=[?&]code=)[^&"]+/

/** The access token of one connection, where the operator hands it to pages (`BOBBIN_BROWSER_TOKENS`). */
const readByPages = /^\/api\/platform_user\/connections?\/./
const readToken = /(?<="access_token":")[^"]+/

function learnSecrets({ url, headers, sent, answer }: Overheard): void {
  const { authorization, cookie } = headers
  noteSecret('key or token of a header', authorization?.split(' ')[1])
  for (const pair of cookie?.split('; ') ?? []) {
    if (/^(?:__Host-)?bobbin-/.test(pair)) noteSecret('cookie', pair.split('=')[1])
  }
  const query = new URLSearchParams(url.split('?')[1])
  if (url.startsWith('/oauth/callback/')) {
    for (const name of ['code', 'state', 'parked']) noteSecret(name, query.get(name))
  }
  noteSecretsOf(fieldsOf(sent, headers['content-type'] ?? ''))
  // The provider's token endpoint.
  if (answer.includes('"token_type"')) noteSecretsOf(fieldsOf(answer, 'application/json'))
}

function fieldsOf(body: string, type: string): unknown {
  if (type.includes('urlencoded')) return Object.fromEntries(new URLSearchParams(body))
  try {
    const value = JSON.parse(body) as { claim?: unknown; properties?: unknown }
    return { ...value, ...Object(value.claim), ...Object(value.properties) }
  } catch {
    return null
  }
}
