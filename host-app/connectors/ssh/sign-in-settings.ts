import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { secret, setting } from '../setting-kinds.ts'
import { pemOutline } from '../own-sockets/setting-patterns.ts'
import { hostKeyPattern } from './host-keys.ts'

type Setting = Omit<PropertyInfo, 'order'>

/** By what the server is known. `secrets` are all that go there, or through it. */
export function hostKeySetting(
  secrets: string[],
  rest: Pick<PropertyInfo, 'name' | 'title' | 'group'> & Partial<PropertyInfo>,
): Setting {
  return setting({
    is_required: false,
    binds: secrets,
    binds_once_given: true,
    description:
      'By it the server is known: a fingerprint, or a line of known_hosts. Without one the check says which key the ' +
      'server shows, for you to compare; until it is entered, no password is sent.',
    placeholder: 'SHA256:…',
    json_schema: { type: 'string', minLength: 1, maxLength: 16_384, pattern: hostKeyPattern },
    // Of several lines of known_hosts the ends count.
    control: 'multiline',
    ...rest,
  })
}

interface Proof {
  readonly name: string
  readonly title: string
}

/** A password, or a key with its passphrase. */
export function proofSettings(
  proofs: Readonly<Record<'password' | 'privateKey' | 'passphrase', Proof>>,
  rest: Partial<PropertyInfo>,
): Setting[] {
  return [
    secret({
      ...rest,
      ...proofs.password,
      is_required: false,
      description: 'This, or a private key.',
    }),
    secret({
      ...rest,
      ...proofs.privateKey,
      is_required: false,
      description:
        'The whole of the file, such as id_ed25519 or id_rsa. Its public half belongs on the server.',
      placeholder: pemOutline('OPENSSH PRIVATE KEY'),
      json_schema: { type: 'string', minLength: 1, maxLength: 65_536 },
    }),
    secret({
      ...rest,
      ...proofs.passphrase,
      is_required: false,
      description: 'If the key is encrypted.',
    }),
  ]
}
