import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { errors, jwtVerify } from 'jose'
import { listen } from './provider.testing.ts'

/**
 * For tests: a token endpoint that takes assertions of keys (RFC 7523), and takes each once. It verifies them with a library
 * of others: signature, issuer, audience, lifetime.
 */
export async function startKeyProvider() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const spent = new Set<string>()
  const tokens = new Set<string>()
  let isRevoked = false
  const people = new Set(['anna@acme.test'])
  const server = createServer((request, response) => {
    void answer().then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    )
    async function answer(): Promise<{ status: number; body: object }> {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const asked = new URLSearchParams(text)
      if (asked.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
        return refuse('unsupported_grant_type')
      try {
        const { payload, protectedHeader } = await jwtVerify(asked.get('assertion') ?? '', publicKey, {
          issuer: 'robot@acme.test',
          audience: `${origin}/token`,
          algorithms: ['RS256'],
          maxTokenAge: '10 minutes',
          requiredClaims: ['exp', 'iat', 'jti'],
        })
        if (isRevoked || protectedHeader.kid !== 'key-1' || spent.has(payload.jti ?? ''))
          return refuse('invalid_grant')
        spent.add(payload.jti ?? '')
        if (!people.has(payload.sub ?? '')) return refuse('unknown_person')
        if (payload['scope'] !== 'contacts.read') return refuse('invalid_scope')
      } catch (error) {
        if (error instanceof errors.JOSEError) return refuse('invalid_grant')
        throw error
      }
      const token = randomUUID()
      tokens.add(token)
      return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } }
    }
  })
  const origin = await listen(server)
  const refuse = (error: string) => ({ status: 400, body: { error } })
  return {
    origin,
    /** As a person downloads it there. */
    keyFile: JSON.stringify({
      type: 'service_account',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'robot@acme.test',
      token_uri: 'https://evil.test/token',
    }),
    isActive: (token: string) => tokens.has(token),
    /** Ends what was granted, as a vendor may at any time. */
    forgetTokens: () => tokens.clear(),
    revokeKey() {
      isRevoked = true
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
