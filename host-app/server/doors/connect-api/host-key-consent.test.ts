import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startPostgres } from '../../../../scripts/postgres-server.mjs'
import { act } from '../../../connectors/sftp/hostile-files.testing.ts'
import { startForwardingServer } from '../../../connectors/ssh/forwarding-server.testing.ts'
import { makeKey } from '../../../connectors/ssh/keys.testing.ts'
import { startPasswordServer } from '../../../connectors/ssh/password-server.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { shareProcesses } from '../../testing/processes.testing.ts'
import { finishedCheck } from '../../testing/shop.testing.ts'

const password = 'a good password'
let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true' }, undefined, shareProcesses)
  account = await test.signUp()
})
afterEach(() => test.close())

it('a server of files is trusted once its key was entered, by the password from before; another key is not', async () => {
  const { privateKey } = await makeKey()
  const server = await startPasswordServer({
    hostKey: privateKey,
    password,
    onReady: (connection) => act(connection, {}),
  })
  const properties = { host: '127.0.0.1', port: String(server.port), username: 'reader', password }
  const payload = { type: 'platform.sftp', display_name: 'Files', properties }
  const { id } = (await account.call('POST', '/v4/sources', payload)).as(source)
  const { failure } = await finishedCheck(account, id)
  expect(failure).toMatchObject({ code: 'HostKeyUnverified', field: 'host_key' })
  expect(server.told).toEqual([])

  const [host_key = ''] = /SHA256:\S+/.exec(failure?.detail ?? '') ?? []
  const consented = await account.call('PUT', `/v4/sources/${id}`, { properties: { host_key } })
  expect(consented.status).toBe(200)
  expect(await finishedCheck(account, id)).toMatchObject({ status: 'succeeded', stream_count: 1 })
  expect(new Set(server.told)).toEqual(new Set([password]))

  const other = `SHA256:${'A'.repeat(43)}`
  expect(await account.call('PUT', `/v4/sources/${id}`, { properties: { host_key: other } })).toMatchObject({
    status: 422,
    body: { error: 'InvalidProperties' },
  })
  server.close()
})

it('a database behind an SSH server is read once the key of that was entered; until then neither is told a secret', async () => {
  const [bastion, postgres] = await Promise.all([startForwardingServer(password), startPostgres()])
  await postgres.query('create table orders (id integer primary key)')
  const properties = {
    host: 'db.internal',
    port: String(postgres.port),
    dbname: 'postgres',
    user: postgres.user,
    password: postgres.password,
    ssl: false,
    ssh: true,
    ssh_host: '127.0.0.1',
    ssh_port: bastion.port,
    ssh_user: 'reader',
    ssh_password: password,
  }
  const payload = { type: 'platform.hp-postgres', display_name: 'Shop', properties }
  const { id } = (await account.call('POST', '/v4/sources', payload)).as(source)
  const { failure } = await finishedCheck(account, id)
  expect(failure).toMatchObject({ code: 'HostKeyUnverified', field: 'ssh_host_key' })
  expect([bastion.attempts, bastion.asked]).toEqual([[], []])

  const [ssh_host_key = ''] = /SHA256:\S+/.exec(failure?.detail ?? '') ?? []
  const consented = await account.call('PUT', `/v4/sources/${id}`, { properties: { ssh_host_key } })
  expect(consented.status).toBe(200)
  expect(await finishedCheck(account, id)).toMatchObject({ status: 'succeeded', stream_count: 1 })
  expect(new Set(bastion.asked)).toEqual(new Set(['db.internal']))
  await expect.poll(() => bastion.open()).toBe(0)
  bastion.close()
  await postgres.stop()
})
