import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { WizardPage } from '@bobbin/shared/wizard-page'
import type { FastifyReply } from 'fastify'

interface Renderer {
  renderPage(page: WizardPage, help: { requestId: string; support: string | null }): string
  styleHashes: readonly string[]
}

/**
 * Sends a page of the wizard with its content security policy. `formTargets`: origins beside our own that
 * its forms may lead to; Chromium asks also when the reply to a form is a redirect.
 */
export type SendPage = (
  reply: FastifyReply,
  page: WizardPage,
  status?: number,
  formTargets?: readonly string[],
) => FastifyReply

/** Node cannot load `.tsx`, so the build makes the server's renderer; without it nothing can be shown. */
export async function loadWizardPages({
  supportUrl: support,
}: {
  supportUrl: string | null
}): Promise<SendPage> {
  const file = fileURLToPath(new URL('../../dist/wizard/render.js', import.meta.url))
  try {
    readFileSync(file)
  } catch (cause) {
    throw new Error('The wizard is not built. Run `npm run build`.', { cause })
  }
  const { renderPage, styleHashes } = (await import(pathToFileURL(file).href)) as Renderer
  const policy = (formTargets: readonly string[]) =>
    [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' ${styleHashes.map((hash) => `'${hash}'`).join(' ')}`,
      "connect-src 'self'",
      "img-src 'self' data:",
      ["form-action 'self'", ...formTargets].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; ')
  return (reply, page, status = 200, formTargets = []) =>
    reply
      .code(status)
      .headers({
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy(formTargets),
        'Cache-Control': 'no-store',
      })
      .send(renderPage(page, { requestId: reply.request.id, support }))
}
