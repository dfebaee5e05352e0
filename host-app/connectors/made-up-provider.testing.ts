import type { OAuthProvider } from './oauth-provider.ts'

/** For tests of the rules: a provider with nothing to find fault with, and what a case says of it. */
export function madeUpProvider(more: Partial<OAuthProvider> = {}): OAuthProvider {
  return {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'https://vendor.test/authorize',
    tokenEndpoint: 'https://vendor.test/token',
    clientAuthentication: 'post',
    scopes: [],
    ...more,
  }
}
