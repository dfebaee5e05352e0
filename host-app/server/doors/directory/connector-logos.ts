import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { logoPath } from '@bobbin/shared/logo-path'
import type { FastifyInstance } from 'fastify'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'

/** Serves the connectors' logos, to pages of any origin: a catalog shows them, and asks no third party. */
export function serveConnectorLogos(
  app: FastifyInstance,
  { registry }: { registry: Pick<Registry, 'findBySlug'> },
): void {
  app.get(logoPath(':slug'), async (request, reply) => {
    const { slug } = request.params as { slug: string }
    const info = registry.findBySlug(slug)?.info
    if (!info) throw new AppError('NotFound')
    return reply
      .headers({
        'Content-Type': 'image/svg+xml',
        // A connector that is changed may have another.
        'Cache-Control': 'public, max-age=86400',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        // An operator's connector brought it: were it ever taken for a page, it could do nothing.
        'Content-Security-Policy':
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
      })
      .send(info.logo === null ? neutralMark(info) : decoded(info.logo))
  })
}

/** What a `data:` URL holds. */
function decoded(dataUrl: string): Buffer {
  const comma = dataUrl.indexOf(',')
  const isBase64 = dataUrl.slice(0, comma).endsWith(';base64')
  const data = dataUrl.slice(comma + 1)
  return isBase64 ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data))
}

/** The first letter of its name, as the wizard's own mark has it; legible on light and dark. */
function neutralMark({ name }: Pick<ConnectorInfo, 'name'>): string {
  const [letter = ''] = name.toUpperCase()
  const shown = letter.replace(/[&<>]/g, (sign) => `&#${sign.codePointAt(0)};`)
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#eef0fd"/>' +
    '<text x="18" y="24" fill="#2c3ab4" font-family="system-ui,sans-serif" font-size="17" font-weight="600" ' +
    `text-anchor="middle">${shown}</text></svg>`
  )
}
