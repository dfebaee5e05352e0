import { describe, expect, it } from 'vitest'
import { hostKeyPattern, readHostKeys } from './host-keys.ts'

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
/** GitHub's, as it publishes them. */
const ed25519 = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'
const rsa = 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE'

describe('what a server is known by', () => {
  it.each([
    ['a public key', `ssh-ed25519 ${key}`],
    ['a line of known_hosts', `github.com ssh-ed25519 ${key}`],
    ['one with a port and a comment', `[github.com]:22 ssh-ed25519 ${key} from the web`],
    [
      'one with a hashed name',
      `|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 ${key}`,
    ],
    ['what ssh-keyscan prints', `# github.com:22 SSH-2.0-x\r\ngithub.com ssh-ed25519 ${key}\r\n`],
  ])('may be %s', (_, text) => {
    expect(readHostKeys(text)).toEqual({ fingerprints: new Set([ed25519]), kinds: ['ED25519'] })
    expect(text).toMatch(new RegExp(hostKeyPattern))
  })

  it.each([
    ['a fingerprint', rsa],
    ['one with its padding', `${rsa}=`],
    ['a line of ssh-keygen', `3072 ${rsa} github.com (RSA)`],
  ])('may be %s', (_, text) => {
    expect(readHostKeys(text)).toEqual({ fingerprints: new Set([rsa]), kinds: ['ED25519', 'ECDSA', 'RSA'] })
    expect(text).toMatch(new RegExp(hostKeyPattern))
  })

  it('may be several', () => {
    expect(readHostKeys(`${rsa}\ngithub.com ssh-ed25519 ${key}`)?.fingerprints).toEqual(
      new Set([rsa, ed25519]),
    )
  })

  it.each([
    ['a key that was revoked', `@revoked * ssh-ed25519 ${key}`],
    ['a key of an authority', `@cert-authority *.example.com ssh-ed25519 ${key}`],
    ['a comment', `# ${rsa}`],
    ['a fingerprint that was cut', rsa.slice(0, -1)],
    ['a fingerprint with something more', `${rsa}x`],
    ['one by MD5', 'MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48'],
    ['a key that is too old a kind', 'ssh-dss AAAAB3NzaC1kc3MAAACBAIHfxOLCXHYH'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(readHostKeys(text)).toBeNull()
  })
})
