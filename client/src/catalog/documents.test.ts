import { connectionStatus } from 'bobbin/lib/api/connection'
import { expect, it, vi } from 'vitest'
import { result, until, useFlowStandIns } from '../flow-stand-ins.testing.ts'
import { connectionOf, startCatalog, type CatalogServer } from './catalog-server.testing.ts'
import { createCatalog, ConnectionStatus } from './catalog.ts'

/*
 * The samples of xkit's two documents on a custom catalog, as they are written there: only what is imported, and how
 * `xkit` is made, is ours.
 */
const at = useFlowStandIns()

async function start() {
  const server = await startCatalog()
  const xkit = createCatalog({ host: server.url, connect: at.connect })
  await xkit.login('good')
  return { server, xkit }
}

async function finish(server: CatalogServer) {
  await at.claimed()
  server.connections.set('7', connectionOf('slack', '7'))
  at.host.tell('completed', result)
}

it('a list of available connectors', async () => {
  const { server, xkit } = await start()
  server.connections.set('7', connectionOf('slack', '7'))
  const console = { log: vi.fn<(value: unknown) => void>() }

  const connectors = await xkit.listConnectors()
  console.log(connectors)

  expect(console.log).toHaveBeenCalledWith(
    expect.arrayContaining([
      expect.objectContaining({
        name: 'Slack',
        slug: 'slack',
        short_description: 'Slack in short.',
        mark_url: expect.stringMatching(/^https:/),
        connection: expect.objectContaining({
          enabled: true,
          authorization: expect.objectContaining({ status: 'active' }),
        }),
      }),
    ]),
  )
})

it('create a connection, in the words of the first document', async () => {
  const { server, xkit } = await start()
  void finish(server)

  const slackConnection = await xkit.connect('slack')

  expect(connectionStatus(slackConnection)).toBe(ConnectionStatus.Connected)
})

it('create a connection, in those of the second', async () => {
  const { server, xkit } = await start()
  void finish(server)

  const slackConnection = await xkit.addConnection('slack')

  expect([slackConnection.enabled, slackConnection.authorization?.status]).toEqual([true, 'active'])
})

it('in the case of an error, it will throw an Error which has a descriptive message', async () => {
  const { xkit } = await start()
  at.page.isBlocking = true
  await expect(xkit.connect('slack')).rejects.toThrow('The browser blocked the window.')
})

it('repair a connection', async () => {
  const { server, xkit } = await start()
  server.connections.set('7', connectionOf('slack', '7', { status: 'error' }))
  void finish(server)

  let slackConnection = await xkit.getConnectionOrConnector('slack')
  if (
    slackConnection.enabled &&
    (!slackConnection.authorization || slackConnection.authorization.status !== 'active')
  ) {
    slackConnection = await xkit.reconnect(slackConnection)
  }

  expect([slackConnection.id, connectionStatus(slackConnection)]).toEqual(['7', ConnectionStatus.Connected])
  await until(() => !at.connect.isOpen())
})

it('remove a connection', async () => {
  const { server, xkit } = await start()
  server.connections.set('7', connectionOf('slack', '7'))

  await xkit.removeConnection('slack')

  expect(connectionStatus(await xkit.getConnectionOrConnector('slack'))).toBe(ConnectionStatus.NotInstalled)
})
