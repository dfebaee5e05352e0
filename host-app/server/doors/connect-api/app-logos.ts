import type { FastifyInstance } from 'fastify'
import { type Accounts, logoPath, typeOfLogo } from '../../nouns/accounts/accounts.ts'
import { AppError } from '../../ground/app-error.ts'

/** Serves the logos of accounts' apps, which the wizard shows. They were checked when they came in. */
export function serveAppLogos(
  app: FastifyInstance,
  { accounts }: { accounts: Pick<Accounts, 'findLogo'> },
): void {
  app.get(logoPath(':file'), async (request, reply) => {
    const { file } = request.params as { file: string }
    const type = typeOfLogo(file)
    const picture = type && (await accounts.findLogo(file))
    if (!picture) throw new AppError('NotFound')
    return reply
      .headers({
        'Content-Type': type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        // A picture that somebody sent us, on our own origin: were it ever taken for a page, it could do nothing.
        'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      })
      .send(picture)
  })
}
