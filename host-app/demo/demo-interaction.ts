import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type default as Provider } from 'oidc-provider'
import { consentPage, errorPage, signInPage, styleHash } from './demo-pages.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/**
 * The provider's questions under `/interaction/<uid>`: who are you, and do you allow this. The interaction's
 * cookie, which no other site can send along with a post, says whose questions they are.
 */
export async function serveInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await findInteraction(provider, request, response)
  if (!interaction || !request.url?.endsWith(`/interaction/${interaction.uid}`)) {
    return sendPage(response, 400, errorPage('This page has expired, or it belongs to another browser.'))
  }
  if (request.method === 'GET') return sendPage(response, 200, ask(interaction), redirectOrigin(interaction))
  if (request.method !== 'POST') return sendPage(response, 405, errorPage('This address takes forms only.'))

  const form = await readForm(request)
  const finish = (result: Parameters<Provider['interactionFinished']>[2]) =>
    provider.interactionFinished(request, response, result)
  if (interaction.prompt.name === 'login') {
    const name = form.get('name')?.trim().slice(0, 60)
    if (!name) return sendPage(response, 400, ask(interaction), redirectOrigin(interaction))
    return finish({ login: { accountId: name } })
  }
  if (form.get('answer') !== 'allow') {
    return finish({ error: 'access_denied', error_description: 'The user did not allow it.' })
  }
  const grant = new provider.Grant({
    accountId: interaction.session?.accountId ?? '',
    clientId: String(interaction.params['client_id']),
  })
  // As consent pages everywhere do: each scope can be left out.
  const ticked = new Set(form.getAll('scope'))
  const [allowed, refused] = [true, false].map((isTicked) =>
    requestedScopes(interaction)
      .filter((scope) => ticked.has(scope) === isTicked)
      .join(' '),
  )
  if (allowed) grant.addOIDCScope(allowed)
  if (refused) grant.rejectOIDCScope(refused)
  await finish({ consent: { grantId: await grant.save() } })
}

export function sendPage(response: ServerResponse, status: number, html: string, formTarget = ''): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    // Browsers hold the redirects that follow a form against `form-action` too.
    'Content-Security-Policy': `default-src 'none'; style-src ${styleHash}; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${formTarget}`,
  })
  response.end(html)
}

async function findInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Interaction | null> {
  try {
    return await provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null
    throw error
  }
}

function ask(interaction: Interaction): string {
  const action = `/interaction/${interaction.uid}`
  if (interaction.prompt.name === 'login') return signInPage(action)
  const scopes = requestedScopes(interaction)
  return consentPage(action, { client: 'Bobbin', name: interaction.session?.accountId ?? '', scopes })
}

function requestedScopes({ params }: Interaction): string[] {
  return String(params['scope'] ?? '')
    .split(' ')
    .filter((scope) => scope !== '')
}

function redirectOrigin({ params }: Interaction): string {
  return new URL(String(params['redirect_uri'])).origin
}

const longestForm = 10_000

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > longestForm) break
  }
  return new URLSearchParams(text)
}
