import type { FastifyReply } from 'fastify'

/** `gzip` or `*` by name, unless its quality is 0 (RFC 9110, 12.5.3). */
export function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  const offers = [acceptEncoding ?? []].flat().join(',').toLowerCase().split(',')
  const qualities = new Map(
    offers.map((offer) => {
      const [coding = '', ...parameters] = offer.split(';').map((part) => part.trim())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
      return [coding, quality === undefined ? 1 : Number(quality)]
    }),
  )
  return (qualities.get('gzip') ?? qualities.get('x-gzip') ?? qualities.get('*') ?? 0) > 0
}

/** Says so to caches, beside what the reply varies by already. */
export function variesByEncoding(reply: Pick<FastifyReply, 'raw' | 'header'>): void {
  const others = [reply.raw.getHeader('Vary') ?? []].flat().map(String)
  void reply.header('Vary', [...others, 'Accept-Encoding'].join(', '))
}
