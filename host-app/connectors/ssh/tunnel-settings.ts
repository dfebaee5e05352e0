import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { setting } from '../setting-kinds.ts'
import { hostPattern, portPattern } from '../own-sockets/setting-patterns.ts'
import { tapBoolean } from '../own-sockets/tap-settings.ts'
import { hostKeySetting, proofSettings } from './sign-in-settings.ts'
import type { SshFields, SshSettings } from './ssh-settings.ts'

/*
 * The settings of a tunnel to a server that nobody but an SSH server can reach. `ssh`, `ssh_host`, `ssh_port` and
 * `ssh_user` are Stitch's; there the key is Stitch's own, here it is the person's.
 */

const fields: SshFields = {
  host: 'ssh_host',
  port: 'ssh_port',
  user: 'ssh_user',
  password: 'ssh_password',
  privateKey: 'ssh_private_key',
  passphrase: 'ssh_passphrase',
  hostKey: 'ssh_host_key',
}

const defaultPort = '22'

/** `secrets` are the server's own: they go through the tunnel, and so to whoever holds its other end. */
export function tunnelSettings(secrets: string[]): Omit<PropertyInfo, 'order'>[] {
  const all = [...secrets, fields.password, fields.privateKey, fields.passphrase]
  const group = 'SSH tunnel'
  const inside = { group, show_when: { property: 'ssh', in: ['true'] } }
  const place = { ...inside, binds: all }
  return [
    setting({
      name: 'ssh',
      binds: all,
      title: 'Connect through an SSH tunnel',
      description:
        'For a database that only an SSH server can reach. Host and port above are then as that server sees them.',
      is_required: false,
      default: 'false',
      json_schema: tapBoolean,
      control: 'switch',
      group,
    }),
    setting({
      ...place,
      name: fields.host,
      title: 'SSH host',
      description: 'The name or IP address of the SSH server, without a port.',
      placeholder: 'bastion.example.com',
      json_schema: { type: 'string', minLength: 1, maxLength: 255, pattern: hostPattern },
    }),
    setting({
      ...place,
      name: fields.port,
      title: 'SSH port',
      description: `Nearly always ${defaultPort}.`,
      default: defaultPort,
      json_schema: { type: 'string', pattern: portPattern },
      control: 'number',
    }),
    hostKeySetting(all, { ...inside, name: fields.hostKey, title: 'Key of the SSH server' }),
    setting({
      ...place,
      name: fields.user,
      title: 'SSH user',
      description: 'A user who may make tunnels to the database and nothing else is enough, and best.',
      json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    }),
    ...proofSettings(
      {
        password: { name: fields.password, title: 'SSH password' },
        privateKey: { name: fields.privateKey, title: 'SSH private key' },
        passphrase: { name: fields.passphrase, title: 'Passphrase of the SSH key' },
      },
      inside,
    ).map((one) => (one.name === fields.privateKey ? { ...one, also_named: ['ssh_key'] } : one)),
  ]
}

/** A name from elsewhere that says less than ours. */
export const otherTunnels: NonNullable<ConnectorInfo['unsupported']> = [
  {
    names: ['encryption_type'],
    reason: 'Say ssh: "true" for a tunnel by SSH, and ssl for what TLS is to do.',
  },
]

type Values = Readonly<Record<string, string>>

/** How the tunnel is made; null: there is none. The settings, which are strings on the wire, are validated already. */
export function readTunnelSettings(
  settings: Values,
  patience: Pick<SshSettings, 'connectTimeout' | 'longestSilence'>,
): SshSettings | null {
  if (settings['ssh'] !== 'true') return null
  const given = (name: string) => settings[name]?.trim() || null
  return {
    host: (settings[fields.host] ?? '').replace(/^\[(.*)\]$/, '$1'),
    port: Number(settings[fields.port] || defaultPort),
    user: settings[fields.user] ?? '',
    // Blanks may be part of them.
    password: settings[fields.password] || null,
    passphrase: settings[fields.passphrase] || null,
    privateKey: given(fields.privateKey),
    hostKey: given(fields.hostKey),
    ...patience,
    fields,
  }
}

/**
 * What the config of a tap says of the tunnel; nothing where there is none. The taps that read our catalogs make none, and
 * one that does (MeltanoLabs', by `ssh_tunnel`) heeds no key of the server. So whoever runs the tap makes it, to the host
 * and the port of the config, which are as the SSH server sees them, and has by these what it takes.
 */
export function tunnelForTap(settings: Values): Values {
  const tunnel = readTunnelSettings(settings, { connectTimeout: 0, longestSilence: 0 })
  if (!tunnel) return {}
  const { host, port, user, hostKey, password, privateKey, passphrase } = tunnel
  return {
    ssh: 'true',
    [fields.host]: host,
    [fields.port]: String(port),
    [fields.user]: user,
    ...(hostKey !== null && { [fields.hostKey]: hostKey }),
    ...(password !== null && { [fields.password]: password }),
    ...(privateKey !== null && { [fields.privateKey]: privateKey }),
    ...(passphrase !== null && { [fields.passphrase]: passphrase }),
  }
}
