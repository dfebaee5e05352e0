import { isolated } from '@bobbin/shared/isolated'
import { readGrants, readVariables } from './catalog-queries.ts'
import type { MysqlSession } from './session.ts'

/** What a tap needs of the server to read the binary log. Old servers do not have all of them, and then what is needed. */
const needed: Readonly<Record<string, string>> = {
  log_bin: 'ON',
  binlog_format: 'ROW',
  binlog_row_image: 'FULL',
}

/** What keeps tables from being read from the server's binary log, in words; empty where nothing does. */
export async function logObstacles(session: MysqlSession): Promise<string[]> {
  const variables = await readVariables(session, Object.keys(needed))
  const wrong = Object.entries(needed).flatMap(([name, value]) => {
    const found = variables.get(name)
    return found === undefined || found.toUpperCase() === value
      ? []
      : [`${name} is ${isolated(found)} and must be ${value}`]
  })
  const rights = globalRights(await readGrants(session))
  const has = (...names: string[]) => rights.has('ALL PRIVILEGES') || names.some((name) => rights.has(name))
  const missing = [
    ...(has('REPLICATION SLAVE', 'SUPER') ? [] : ['REPLICATION SLAVE']),
    // The same right by MariaDB's newer name.
    ...(has('REPLICATION CLIENT', 'BINLOG MONITOR', 'SUPER') ? [] : ['REPLICATION CLIENT']),
  ]
  return [...wrong, ...missing.map((name) => `the user has no right ${name}`)]
}

/** Those on all databases: the log is of all of them. */
function globalRights(grants: readonly string[]): Set<string> {
  const lists = grants.map((grant) => /^GRANT (.+?) ON \*\.\* TO /.exec(grant)?.[1] ?? '')
  return new Set(lists.flatMap((list) => list.split(',').map((right) => right.trim().toUpperCase())))
}
