import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { takesGzip, variesByEncoding } from './takes-gzip.ts'

const compress = promisify(gzip)
/** Less is not worth it: it goes in one packet. */
const fewBytes = 1_400

/** A reply as JSON, compressed for whoever takes gzip. Nothing that is secret belongs beside what others chose in it. */
export async function sendCompressed(
  request: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  value: unknown,
): Promise<FastifyReply> {
  const text = JSON.stringify(value)
  void reply.type('application/json; charset=utf-8')
  variesByEncoding(reply)
  if (text.length < fewBytes || !takesGzip(request.headers['accept-encoding'])) return reply.send(text)
  return reply.header('Content-Encoding', 'gzip').send(await compress(text))
}
