import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, ParsedKey, Prompt } from 'ssh2'
import { ConnectorError } from '../connector.ts'
import type { SshSettings } from './ssh-settings.ts'

type Proof = 'publickey' | 'password' | 'keyboard-interactive'

/** One sign-in, by what was given and the server takes. */
export interface SignIn {
  /** What the driver asks for the next way to try. */
  readonly handler: AuthHandlerMiddleware
  /** Why it failed, once nothing is left to try. */
  refusal(): ConnectorError
}

/**
 * Asks the server first what it takes, then tries the key, then the password: by itself, or as the answer to a question
 * that is not to be echoed, as servers with PAM ask.
 */
export function createSignIn(
  { user, password, fields }: Pick<SshSettings, 'user' | 'password' | 'fields'>,
  key: ParsedKey | null,
): SignIn {
  const ways: AnyAuthMethod[] = [
    ...(key ? [{ type: 'publickey' as const, username: user, key }] : []),
    ...(password === null
      ? []
      : [
          { type: 'password' as const, username: user, password },
          { type: 'keyboard-interactive' as const, username: user, prompt: answerOnce(password) },
        ]),
  ]
  const tried = new Set<Proof>()
  let offered: readonly AuthenticationType[] = []
  let isHalfway = false

  return {
    handler(left: AuthenticationType[] | null, isPartial, next) {
      if (left === null) return next({ type: 'none', username: user })
      offered = left
      isHalfway ||= isPartial
      const way = ways.find(({ type }) => offered.includes(type) && !tried.has(type as Proof))
      // The driver takes false for "nothing is left", which its types do not say.
      if (!way) return next(false as unknown as AuthenticationType)
      tried.add(way.type as Proof)
      next(way)
    },

    refusal() {
      if (isHalfway) {
        const detail = 'The server took what it was given, and wants another proof beside it.'
        return new ConnectorError('AuthenticationNotSupported', { field: fields.user, detail })
      }
      const [last] = [...tried].slice(-1)
      if (last === 'publickey') {
        const detail =
          'It did not accept the key for this user. Is its public half among the authorized keys?'
        return new ConnectorError('CredentialsRejected', { field: fields.privateKey, detail })
      }
      if (last) return new ConnectorError('CredentialsRejected', { field: fields.password })
      if (offered.includes('publickey') && !key) {
        const detail = 'The server takes a key alone: enter a private key.'
        return new ConnectorError('CredentialsRejected', { field: fields.privateKey, detail })
      }
      if (offered.includes('password') || offered.includes('keyboard-interactive')) {
        const detail = 'The server takes a password alone: enter one.'
        return new ConnectorError('CredentialsRejected', { field: fields.password, detail })
      }
      const detail = 'The server takes neither passwords nor keys.'
      return new ConnectorError('AuthenticationNotSupported', { field: fields.user, detail })
    },
  }
}

/** Answers one question that is not to be echoed, once: what is asked further is no password. */
function answerOnce(password: string) {
  let hasAnswered = false
  return (
    _name: string,
    _instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ) => {
    const isPassword = !hasAnswered && prompts.length === 1 && prompts[0]?.echo !== true
    hasAnswered ||= isPassword
    finish(isPassword ? [password] : prompts.map(() => ''))
  }
}
