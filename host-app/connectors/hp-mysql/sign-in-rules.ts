import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'
import { MalformedPacket } from './packet-rules.ts'

export interface SignInRules {
  /** Nobody on the way can read along. */
  readonly isEncrypted: boolean
}

/** Ways to prove that one knows the password without saying it, except under encryption or to the server's key. */
const challenges = new Set([
  'mysql_native_password',
  'caching_sha2_password',
  'sha256_password',
  'client_ed25519',
])

/** What a server may ask for before it lets the user in, beside errors. Throws for what we do not do. */
export function requireKnownSignIn(body: Buffer, { isEncrypted }: SignInRules): void {
  switch (body[0]) {
    case 0x01:
      return
    case 0x02:
      throw unsupported('It wants a second factor beside the password.')
    case 0xfe: {
      if (body.length === 1) throw unsupported('It wants a password of before version 4.1.')
      const end = body.indexOf(0, 1)
      if (end < 0) throw new MalformedPacket()
      const plugin = body.toString('latin1', 1, end)
      if (challenges.has(plugin)) return
      if (plugin === 'mysql_clear_password') {
        if (isEncrypted) return
        throw unsupported('It wants the password as it is, which is told over TLS only. Turn TLS on.', 'ssl')
      }
      throw unsupported(`It asks for ${isolated(plugin.slice(0, 64))}.`)
    }
    default:
      throw new MalformedPacket()
  }
}

function unsupported(detail: string, field = 'user'): ConnectorError {
  return new ConnectorError('AuthenticationNotSupported', { field, detail })
}
