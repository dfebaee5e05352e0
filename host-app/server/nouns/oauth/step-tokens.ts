import type { Answered } from './ask-step.ts'
import { withoutRefreshToken } from './reply-values.ts'
import type { TokenAnswer } from './request-token.ts'

type Granted = Extract<TokenAnswer, { kind: 'granted' }>

/** What steps kept of a token, as a token reply has it; null where none of them brought one. */
export function tokenOf({ kept, lifetime }: Answered): Granted | null {
  const { access_token: token, refresh_token: refreshToken, scope } = kept
  if (token === undefined) return null
  const values = {
    ...{ access_token: token, token_type: 'Bearer' },
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(scope !== undefined && { scope }),
  }
  return { kind: 'granted', values, lifetime }
}

/** What a code was exchanged for, with what the steps after it brought: of a token that was replaced, only its scopes stay. */
export function withSteps(first: Granted, answer: Answered): Granted {
  const token = tokenOf(answer)
  if (!token) return { ...first, lifetime: answer.lifetime ?? first.lifetime }
  const values = { ...withoutRefreshToken(first.values), ...token.values }
  return { ...first, values, lifetime: token.lifetime }
}
