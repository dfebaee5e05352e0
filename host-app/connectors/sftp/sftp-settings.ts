import type { SshSettings } from '../ssh/ssh-settings.ts'

/** Seconds. A check that is silent for a minute is given up, and could not tell why. */
const longestWait = 55
const defaultConnectTimeout = 20

/** How to sign in. The settings, which are strings on the wire, are validated already. */
export function readSftpSettings(settings: Readonly<Record<string, string>>): SshSettings {
  const given = (name: string) => settings[name]?.trim() || null
  const timeout = settings['request_timeout']
  return {
    host: (settings['host'] ?? '').replace(/^\[(.*)\]$/, '$1'),
    port: Number(settings['port'] || '22'),
    user: settings['username'] ?? '',
    // Blanks may be part of them.
    password: settings['password'] || null,
    passphrase: settings['passphrase'] || null,
    privateKey: given('private_key'),
    hostKey: given('host_key'),
    connectTimeout: Math.min(Number(timeout || defaultConnectTimeout), longestWait) * 1000,
    longestSilence: Math.min(Number(timeout || longestWait), longestWait) * 1000,
    fields: {
      host: 'host',
      port: 'port',
      user: 'username',
      password: 'password',
      privateKey: 'private_key',
      passphrase: 'passphrase',
      hostKey: 'host_key',
    },
  }
}
