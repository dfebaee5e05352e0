import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startSshd, type SshServer } from '../../../scripts/ssh-server.mjs'
import { bypassHosts } from '../../server/edges/outbound/bypass-forms.testing.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Connector } from '../connector.ts'
import {
  type ConnectorFixtures,
  runConnector,
  type Failure,
  type Situation,
} from '../connector-contract.testing.ts'
import { describeRuns } from '../contract/describe-runs.testing.ts'
import { describeSettings } from '../contract/describe-settings.testing.ts'
import { startForwardingServer } from './forwarding-server.testing.ts'
import { makeKey } from './keys.testing.ts'

type Settings = Record<string, string>

/** A database that is reached through a tunnel. */
export interface TunnelledDatabase {
  /** How to reach it where nothing is encrypted. */
  readonly plain: () => Settings
  /** How to reach it by its name where all is verified. */
  readonly verified: () => Settings
  /** Stands in a query while its catalog is read. */
  readonly query: string
  /** The streams that it has. */
  readonly ids: readonly string[]
  /** How many sessions it has at present. */
  readonly sessions: () => Promise<number>
}

const sshPassword = 'a password of the bastion'
const passphrase = 'a long passphrase'
const privately = createOutbound({ allowPrivateNetworks: true })

/** What holds of every connector that can go through a tunnel. */
export function describeTunnel(connector: Connector, database: TunnelledDatabase): void {
  let sshd: SshServer
  let strict: SshServer
  let bastion: Awaited<ReturnType<typeof startForwardingServer>>
  /** Accepts connections and says nothing. */
  let silent: Server
  let unanswered = 0
  let keys: { strange: string; encrypted: string }

  beforeAll(async () => {
    silent = createServer((socket) => {
      socket.on('error', () => {})
      unanswered += 1
    })
    silent.listen(0, '127.0.0.1')
    ;[sshd, strict, bastion] = await Promise.all([
      startSshd(),
      startSshd({ settings: { AllowTcpForwarding: 'no' } }),
      startForwardingServer(sshPassword),
    ])
    const [strange, encrypted] = await Promise.all([makeKey(), makeKey({ passphrase })])
    await sshd.authorize(encrypted.publicKey)
    keys = { strange: strange.privateKey, encrypted: encrypted.privateKey }
  })
  afterEach(() => {
    bastion.meddling.with = () => 'pass'
    bastion.asked.length = 0
  })
  afterAll(async () => {
    silent?.close()
    bastion?.close()
    await Promise.all([sshd?.stop(), strict?.stop()])
  })

  const situation = (settings: Settings): Situation => ({ settings, grant: null, ...privately })
  const portOf = (server: Server) => {
    const address = server.address()
    return String(typeof address === 'object' ? address?.port : '')
  }

  /** Through OpenSSH, by key. */
  const through = (settings: Settings = {}, server = sshd): Situation =>
    situation({
      ...database.plain(),
      ssh: 'true',
      ssh_host: server.host,
      ssh_port: String(server.port),
      ssh_user: server.user,
      ssh_private_key: server.privateKey,
      ssh_host_key: server.hostKeys['ed25519']?.fingerprint ?? '',
      ...settings,
    })

  /** Through the server that takes a password and counts. */
  const byPassword = (settings: Settings = {}): Situation =>
    situation({
      ...database.plain(),
      ssh: 'true',
      ssh_host: '127.0.0.1',
      ssh_port: String(bastion.port),
      ssh_user: 'reader',
      ssh_password: sshPassword,
      ssh_host_key: bastion.hostKey,
      ...settings,
    })

  const failure = (code: Failure['code'], field: string | null, of: () => Situation): Failure => ({
    code,
    field,
    situation: of,
  })

  const fixtures: ConnectorFixtures = {
    example: {
      host: '10.0.0.5',
      dbname: 'shop',
      user: 'reader',
      password: 'x',
      ssh: 'true',
      ssh_host: 'bastion.example.com',
      ssh_port: '22',
      ssh_user: 'tunnel',
      ssh_host_key: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE',
    },
    junk: {
      ssh: ['', 'yes', '1'],
      ssh_host: ['', 'ssh://bastion', 'bastion:22', 'a b', 'user@bastion'],
      ssh_port: ['', '0', '65536', '22x', '022'],
      ssh_user: [''],
      ssh_password: [''],
      ssh_host_key: ['', 'SHA256:short', 'ssh-rsa'],
    },
    working: () => through(),
    silent: () => {
      const before = unanswered
      const there = through({ ssh_port: portOf(silent) })
      return { situation: there, isAsked: () => unanswered > before }
    },
    secrets: () => [
      sshPassword,
      passphrase,
      sshd.privateKey,
      keys.strange,
      keys.encrypted,
      'a wrong password',
    ],
    failures: {
      'an unknown SSH server': failure('HostNotFound', 'ssh_host', () =>
        through({ ssh_host: 'nowhere.invalid' }),
      ),
      'a closed port of the SSH server': failure('ConnectionRefused', 'ssh_host', () =>
        through({ ssh_port: '1' }),
      ),
      'an SSH server that does not answer': failure('ConnectionTimeout', 'ssh_host', () =>
        through({ ssh_port: portOf(silent), connect_timeout: '1' }),
      ),
      'a private address of the SSH server': failure('AddressNotAllowed', 'ssh_host', () => ({
        ...through(),
        ...createOutbound({ allowPrivateNetworks: false }),
      })),
      'an SSH server that nobody knows': failure('HostKeyUnverified', 'ssh_host_key', () =>
        through({ ssh_host_key: '' }),
      ),
      'another key of the SSH server': failure('HostKeyUnverified', 'ssh_host_key', () =>
        through({ ssh_host_key: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE' }),
      ),
      'a wrong SSH password': failure('CredentialsRejected', 'ssh_password', () =>
        byPassword({ ssh_password: 'a wrong password' }),
      ),
      'a key that the SSH server does not know': failure('CredentialsRejected', 'ssh_private_key', () =>
        through({ ssh_private_key: keys.strange }),
      ),
      'a key without its passphrase': failure('SettingUnusable', 'ssh_passphrase', () =>
        through({ ssh_private_key: keys.encrypted }),
      ),
      'an SSH server that makes no tunnels': failure('PermissionDenied', 'ssh_user', () =>
        through({}, strict),
      ),
      'a database that the SSH server cannot reach': failure('ConnectionRefused', 'host', () =>
        through({ port: '1' }),
      ),
      'a database that the SSH server cannot find': failure('ConnectionRefused', 'host', () =>
        through({ host: 'nowhere.invalid' }),
      ),
      'a database that does not answer': failure('ConnectionTimeout', 'host', () =>
        through({ port: portOf(silent), connect_timeout: '1' }),
      ),
      'a wrong password of the database': failure('CredentialsRejected', 'password', () =>
        through({ password: 'a wrong password' }),
      ),
      'a database that is for another name': failure('TlsUntrusted', 'host', () =>
        byPassword({ ...database.verified(), host: 'db.internal' }),
      ),
    },
  }
  describe(`the connector ${connector.info.type}, through a tunnel`, () => {
    describeSettings(connector, fixtures)
    describeRuns(connector, fixtures)
  })

  describe('a tunnel to the database', () => {
    const found = { error: null, streams: database.ids.map((id) => ({ tap_stream_id: id })) }
    const nothingIsLeft = async () => {
      await expect.poll(() => bastion.open(), { timeout: 10_000 }).toBe(0)
      await expect.poll(() => database.sessions(), { timeout: 10_000 }).toBe(0)
    }

    it('is made by a password, or by a key with a passphrase', async () => {
      expect(await runConnector(connector, byPassword())).toMatchObject(found)
      const withPassphrase = { ssh_private_key: keys.encrypted, ssh_passphrase: passphrase }
      expect(await runConnector(connector, through(withPassphrase))).toMatchObject(found)
    })

    it('leads to a database that is encrypted and known by its name', async () => {
      expect(await runConnector(connector, byPassword(database.verified()))).toMatchObject(found)
    })

    it('leads to a host that is the SSH server’s to find: here its own alone is looked up', async () => {
      const lookedUp: string[] = []
      const run = await runConnector(connector, {
        ...byPassword({ host: 'db.internal', ssh_host: 'bastion.example.com' }),
        ...createOutbound({ allowPrivateNetworks: false }),
        resolveAddresses: async (host) => {
          lookedUp.push(host)
          return [{ address: '127.0.0.1', family: 4 }]
        },
      })
      expect(run).toMatchObject(found)
      expect(new Set(lookedUp)).toEqual(new Set(['bastion.example.com']))
      expect(new Set(bastion.asked)).toEqual(new Set(['db.internal']))
    })

    it.each(bypassHosts)('is not made by an SSH server at %s, which is not dialled', async (ssh_host) => {
      const before = bastion.attempts.length
      const { error } = await runConnector(connector, {
        ...byPassword({ ssh_host }),
        ...createOutbound({ allowPrivateNetworks: false }),
      })
      expect(error).toMatchObject({
        code: expect.stringMatching(/^(AddressNotAllowed|HostNotFound)$/),
        field: 'ssh_host',
      })
      expect(bastion.attempts.length).toBe(before)
    })

    it('that breaks while reading is made once more', async () => {
      let times = 0
      bastion.meddling.with = (bytes) => (bytes.includes(database.query) && ++times === 1 ? 'cut' : 'pass')
      const run = await runConnector(connector, byPassword())
      expect(run).toMatchObject(found)
      expect(run.lines).toContain('The connection was lost while reading; reading once more.')
      await nothingIsLeft()
    })

    it('that breaks each time is told as lost, at the SSH server', async () => {
      bastion.meddling.with = (bytes) => (bytes.includes(database.query) ? 'cut' : 'pass')
      const { error } = await runConnector(connector, byPassword())
      expect(error).toMatchObject({
        code: 'ConnectionLost',
        field: 'ssh_host',
        detail: expect.stringContaining('SSH server'),
      })
      await nothingIsLeft()
    })

    it('that is aborted while a query runs ends at once, and nothing is left of it', async () => {
      const abort = new AbortController()
      const reason = new Error('enough')
      bastion.meddling.with = (bytes) => {
        if (!bytes.includes(database.query)) return 'pass'
        setTimeout(() => abort.abort(reason), 50)
        return 'hang'
      }
      const run = await runConnector(connector, byPassword(), { signal: abort.signal })
      expect(run).toMatchObject({ error: reason, phases: ['connecting', 'signing_in', 'reading_schema'] })
      await nothingIsLeft()
    })

    it.each<[string, Settings]>([
      ['went well', {}],
      ['was refused by the database', { password: 'a wrong password' }],
      ['ended at a certificate', { ssl: 'verify-full' }],
    ])('is closed when the check %s', async (_, settings) => {
      await runConnector(connector, byPassword(settings))
      expect(bastion.asked.length).toBeGreaterThan(0)
      await nothingIsLeft()
    })
  })
}
