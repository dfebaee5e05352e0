import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** A folder of built files under a path. Its names carry hashes (`immutable`), or stay and change (`named`). */
export interface StaticFolder {
  readonly path: string
  readonly folder: string
  readonly names: 'immutable' | 'named'
}

/** A year, which is as good as for ever; in seconds. */
const longest = 31_536_000
/** What a page loads under a fixed name is looked up again after this; in seconds. */
const fresh = 300

const hashedName = /-[A-Za-z0-9_-]{8,}\.[a-z.]+$/

/** Serves what the build made. A compressed neighbour (`.br`, `.gz`) is sent to those who take it. */
export async function serveStatic(
  app: FastifyInstance,
  { path, folder, names }: StaticFolder,
): Promise<void> {
  if (!existsSync(folder)) {
    app.log.warn({ path }, 'nothing is built to be served here; run npm run build')
    return
  }
  await app.register(fastifyStatic, {
    prefix: path,
    root: folder,
    index: false,
    dotfiles: 'ignore',
    allowedPath: (file) => !file.endsWith('/'),
    decorateReply: false,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (reply, file) => {
      const isImmutable = names === 'immutable' || hashedName.test(file)
      reply.header(
        'Cache-Control',
        isImmutable ? `public, max-age=${longest}, immutable` : `public, max-age=${fresh}`,
      )
    },
  })
}
