import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { advanced, secret, setting } from '../setting-kinds.ts'
import { certificatePattern, keyPattern, pemChain, pemOutline } from './setting-patterns.ts'

/** How a database's TLS settings are called and described, where they differ. */
interface Dialect {
  readonly names: {
    readonly ca: string
    readonly certificate: string
    readonly key: string
    readonly passphrase: string
  }
  /** Other names and values by which programs may give the mode. */
  readonly mode: Required<Pick<PropertyInfo, 'default' | 'also_spelled' | 'also_named'>>
  /** What `require` comes to, for people. */
  readonly required: string
  /** In which modes a CA certificate counts. */
  readonly caIn: string[]
  readonly whoAsksForCertificate: string
}

const group = 'Encryption'
const modes = ['require', 'verify-ca', 'verify-full']

/** Whether and how the way to the server is protected, and by which certificates. */
export function encryptionSettings(
  secrets: string[],
  { names, mode, required, caIn, whoAsksForCertificate }: Dialect,
): Omit<PropertyInfo, 'order'>[] {
  const encrypted = { show_when: { property: 'ssl', in: modes }, group }
  const pem = (most: number) => ({
    type: 'string',
    maxLength: most,
    pattern: certificatePattern,
    contentMediaType: pemChain,
  })
  return [
    setting({
      ...mode,
      name: 'ssl',
      binds: secrets,
      title: 'Encryption (TLS)',
      description: 'How the way to the server is protected.',
      is_required: false,
      json_schema: {
        type: 'string',
        oneOf: [
          { const: 'disable', title: 'Off: nothing is encrypted' },
          { const: 'require', title: `On: encrypted${required}` },
          { const: 'verify-ca', title: 'On and verified, except for the host name' },
          {
            const: 'verify-full',
            title: 'On and verified: encrypted, certificate and host name are checked',
          },
        ],
      },
      value_warnings: {
        disable: 'All that is sent, the password too, can be read on the way to the server.',
      },
      control: 'select',
      group,
    }),
    setting({
      name: names.ca,
      binds: secrets,
      title: 'CA certificate',
      description:
        'In PEM form; a whole bundle, or the certificate of the server itself, will do. Leave it empty if that ' +
        'comes from a public authority.',
      placeholder: pemOutline('CERTIFICATE'),
      is_required: false,
      json_schema: pem(262_144),
      control: 'multiline',
      show_when: { property: 'ssl', in: caIn },
      group,
    }),
    advanced({
      name: names.certificate,
      binds: secrets,
      title: 'Client certificate',
      description: `In PEM form. Only for servers that ask for one${whoAsksForCertificate}.`,
      placeholder: pemOutline('CERTIFICATE'),
      json_schema: pem(65_536),
      control: 'multiline',
      ...encrypted,
    }),
    advanced({
      name: names.key,
      title: 'Key of the client certificate',
      description: 'In PEM form, the private key.',
      placeholder: pemOutline('PRIVATE KEY'),
      is_credential: true,
      json_schema: { type: 'string', maxLength: 65_536, pattern: keyPattern },
      control: 'secret',
      ...encrypted,
    }),
    secret({
      name: names.passphrase,
      title: 'Passphrase of the key',
      description: 'If the key is encrypted.',
      is_required: false,
      property_type: 'user_provided_advanced',
      ...encrypted,
    }),
  ]
}
