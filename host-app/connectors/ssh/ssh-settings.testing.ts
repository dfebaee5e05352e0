import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { CheckPhase } from '@bobbin/shared/check'
import { openSsh, type SshConnection } from './open-ssh.ts'
import type { SshFields, SshSettings } from './ssh-settings.ts'

export const fields: SshFields = {
  host: 'host',
  port: 'port',
  user: 'username',
  password: 'password',
  privateKey: 'private_key',
  passphrase: 'passphrase',
  hostKey: 'host_key',
}

const outbound = createOutbound({ allowPrivateNetworks: true })

/** Opens a connection to this machine, and notes what it reports. */
export async function open(
  settings: Partial<SshSettings> & Pick<SshSettings, 'port'>,
  { signal = AbortSignal.timeout(60_000) }: { signal?: AbortSignal } = {},
): Promise<{ ssh: SshConnection; phases: CheckPhase[]; lines: string[] }> {
  const phases: CheckPhase[] = []
  const lines: string[] = []
  const report = {
    phase: (phase: CheckPhase) => void phases.push(phase),
    log: (line: string) => void lines.push(line),
  }
  const ssh = await openSsh(
    {
      host: '127.0.0.1',
      user: 'reader',
      password: null,
      privateKey: null,
      passphrase: null,
      hostKey: null,
      connectTimeout: 20_000,
      longestSilence: 20_000,
      fields,
      ...settings,
    },
    { ...outbound, signal, report },
  )
  return { ssh, phases, lines }
}

/** Why it cannot be opened. */
export async function refusal(...given: Parameters<typeof open>): Promise<unknown> {
  const opened = await open(...given).catch((error: unknown) => ({ error }))
  if ('error' in opened) return opened.error
  await opened.ssh.close()
  return null
}
