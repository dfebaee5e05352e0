import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import type { FastifyReply } from 'fastify'

export type WizardNoticeName =
  'elsewhere' | 'expired' | 'invalid_link' | 'callback_invalid' | 'too_many' | 'not_found'

/** A page of the wizard: a flow at some step, or a notice that says what to do. */
export type WizardPage =
  | { kind: 'flow'; flowId: string; connector: ConnectorInfo | null; state: FlowState | null }
  | { kind: 'notice'; notice: WizardNoticeName; backTo?: string }

interface Renderer {
  renderPage(page: WizardPage): string
  styleHashes: readonly string[]
}

/** Sends a page of the wizard with its content security policy. */
export type SendPage = (reply: FastifyReply, page: WizardPage, status?: number) => FastifyReply

/** Node cannot load `.tsx`, so the build makes the server's renderer; without it nothing can be shown. */
export async function loadWizardPages(): Promise<SendPage> {
  const file = fileURLToPath(new URL('../../dist/wizard/render.js', import.meta.url))
  try {
    readFileSync(file)
  } catch (cause) {
    throw new Error('The wizard is not built. Run `npm run build`.', { cause })
  }
  const { renderPage, styleHashes } = (await import(pathToFileURL(file).href)) as Renderer
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${styleHashes.map((hash) => `'${hash}'`).join(' ')}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  return (reply, page, status = 200) =>
    reply
      .code(status)
      .headers({
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy,
        'Cache-Control': 'no-store',
      })
      .send(renderPage(page))
}
