import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'

/**
 * What everything is measured against: Node's own HTTP server that does the least that the job could take.
 * GET: a static page of 1 KB. POST: parse the JSON, hash the token, answer with a random session id; nothing
 * is stored.
 */
const page = bare1KPage()

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length })
    response.end(page)
    return
  }
  void exchange(request).then((body) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  })
})

async function exchange(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (text += chunk))
  await new Promise((resolve) => request.on('end', resolve))
  const { ephemeral_token: token } = JSON.parse(text) as { ephemeral_token: string }
  const hash = createHash('sha256').update(token).digest('hex')
  return JSON.stringify({ token_hash: hash, session: randomBytes(16).toString('base64url') })
}

function bare1KPage(): Buffer {
  const start =
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title></head><body><h1>Bare</h1><p>'
  const end = '</p></body></html>'
  const filler = 'A page that is nothing but text. '
  const room = 1024 - start.length - end.length
  return Buffer.from(start + filler.repeat(Math.ceil(room / filler.length)).slice(0, room) + end)
}

server.keepAliveTimeout = 60_000
server.listen(Number(process.env['PORT']), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
