import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startSshd, type SshServer } from '../../../scripts/ssh-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'

const ordersCsv =
  'id;placed_at;total;paid;zip;note\n1;2026-01-31T06:00:00Z;9.5;true;01234;"a;b"\n2;;12;false;1;\n'

const files: Readonly<Record<string, string | Buffer>> = {
  'shop/orders-1.csv': ordersCsv,
  'shop/deep/er/orders-2.csv.gz': gzipSync(`id,total,extra\n3,7,x\n`),
  'shop/empty.csv': '',
  'shop/people.jsonl':
    '{"id":1,"name":"Ann","tags":["a"]}\n{"id":2,"name":null,"born":"2001-02-03T04:05:06Z"}\n',
  'broken/quote.csv': 'a,b\n"1,2\n',
  'broken/latin.csv': Buffer.from('name\nJos\xe9\n', 'latin1'),
  'broken/list.json': '[{"a":1}]',
  'broken/table.xlsx': 'PK',
  'broken/packed.csv.gz': 'not packed',
  'closed/secret.csv': 'a\n1\n',
  'half/open.csv': 'a\n1\n',
  'half/shut/secret.csv': 'a\n1\n',
}
const shut = ['closed', 'half/shut']

/** The files of a shop, and some that are broken, at a real server. */
export interface Shop {
  readonly server: SshServer
  /** One table of the orders, by key, at a server that is known; what is empty is left out. */
  at(settings?: Readonly<Record<string, string>>): Situation
  /** One table of the files in a folder. */
  inFolder(prefix: string, pattern?: string, key?: string): Situation
  tables(list: unknown): Situation
  stop(): Promise<void>
}

export async function startShop(): Promise<Shop> {
  const server = await startSshd()
  const outbound = createOutbound({ allowPrivateNetworks: true })
  await writeFiles(server.files)
  const at = (settings: Readonly<Record<string, string>> = {}): Situation => {
    const base = {
      host: server.host,
      port: String(server.port),
      username: server.user,
      private_key: server.privateKey,
      host_key: server.hostKeys['ed25519']?.fingerprint ?? '',
      search_prefix: 'shop',
      search_pattern: 'orders',
      table_name: 'orders',
      key_properties: 'id',
    }
    const all = Object.entries({ ...base, ...settings }).filter(([, value]) => value !== '')
    return { settings: Object.fromEntries(all), grant: null, ...outbound }
  }
  return {
    server,
    at,
    inFolder: (search_prefix, search_pattern = '', key_properties = '') =>
      at({ search_prefix, search_pattern, key_properties }),
    tables: (list) => at({ tables: typeof list === 'string' ? list : JSON.stringify(list) }),
    async stop() {
      await Promise.all(shut.map((path) => chmod(join(server.files, path), 0o755)))
      await server.stop()
    },
  }
}

/** Each a minute newer than the one before; with links to a file, to what is around them and to nothing. */
async function writeFiles(folder: string): Promise<void> {
  let time = 1_700_000_000
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    await utimes(file, time, time)
    time += 60
  }
  await mkdir(join(folder, 'void'))
  await symlink(join(folder, 'shop/orders-1.csv'), join(folder, 'shop/link.csv'))
  await symlink(folder, join(folder, 'shop/loop'))
  await symlink('nowhere', join(folder, 'shop/dangling.csv'))
  for (const path of shut) await chmod(join(folder, path), 0o000)
}
