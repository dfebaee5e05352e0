import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { RefreshTraits } from '../../../connectors/refresh-traits.ts'
import { type GrantLife, unsaidLife } from '../credentials/credentials.ts'
import type { GrantInReply } from './token-reply.ts'

/** What a token reply brings that says how long it lives. */
type Reply = Pick<GrantInReply, 'values'> & { readonly refreshLifetime?: number | undefined }

/** How long a grant lives that a person has just consented to. What the reply says rules over what its provider is known for. */
export function lifeOfConsent(traits: RefreshTraits, reply: Reply, now: number): GrantLife {
  const consented = { ...unsaidLife, consentedAt: now }
  // What cannot be renewed ends with its access token.
  if (reply.values['refresh_token'] === undefined) return consented
  const said = saidIn(traits, reply)
  return {
    consentedAt: now,
    idleDeath: after(said.idleDeath ?? traits.idleDeath, now),
    absoluteDeath: after(said.absoluteDeath ?? traits.absoluteDeath, now),
  }
}

/**
 * How long it lives once it has been renewed: it is idle from now on, and its absolute death stays where it was, but where
 * the reply knows better.
 */
export function lifeOfRenewal(
  traits: RefreshTraits,
  { before, ...reply }: Reply & { readonly before: GrantLife },
  now: number,
): GrantLife {
  const said = saidIn(traits, reply)
  const idle = said.idleDeath ?? traits.idleDeath
  // The same refresh token goes on as it was.
  const unsaid = reply.values['refresh_token'] === undefined ? before.idleDeath : null
  return {
    consentedAt: before.consentedAt,
    idleDeath: after(idle, now) ?? unsaid,
    absoluteDeath: after(said.absoluteDeath, now) ?? before.absoluteDeath,
  }
}

/** The same of one that is renewed only while its access token lives: it dies with that. */
export function withTokenEnd(
  { renewal }: Pick<OAuthProvider, 'renewal'>,
  role: string | null,
  { life, expiresAt }: { life: GrantLife; expiresAt: number | null },
): GrantLife {
  return renewal?.whileAlive && role === null ? { ...life, idleDeath: expiresAt } : life
}

function saidIn(
  { inReply }: RefreshTraits,
  { refreshLifetime }: Reply,
): Partial<Record<'idleDeath' | 'absoluteDeath', number>> {
  return inReply && refreshLifetime !== undefined ? { [inReply.means]: refreshLifetime } : {}
}

function after(time: number | undefined, now: number): number | null {
  return time === undefined ? null : now + time
}
