/*
 * A customer page that runs the published xkit.js. What the documents show is here as they show it; only the import
 * differs. What came of each call is told to the page's back end, so that no test runs a script in the page.
 */
import xkitPackage from '@xkit-co/xkit.js'
import { connectionStatus } from '@xkit-co/xkit.js/lib/api/connection'

// Node's way to see a package of the older format: its `default` is one of its exports.
const createXkit = xkitPackage.default ?? xkitPackage

const { host, token } = await ask('/setup')
const xkit = createXkit(host)

for (const type of ['connection:enable', 'connection:disable', 'connection:remove', 'config:update']) {
  xkit.on(type, (payload) => void tell({ event: type, payload: type === 'config:update' ? null : payload }))
}

const calls = {
  async login() {
    await xkit.login(token)
  },
  async 'login by a function'() {
    await xkit.login(async () => (await ask('/token')).token)
  },
  logout: () => xkit.logout(),
  'get access token': async () => typeof (await xkit.getAccessToken()),
  'get platform': () => xkit.getPlatform(),
  async 'list connectors'() {
    const connectors = await xkit.listConnectors()
    console.log(connectors)
    return connectors
  },
  'get connector': () => xkit.getConnector('chatter'),
  'list connections': () => xkit.listConnections(),
  'list connections of chatter': () => xkit.listConnections('chatter'),
  'get connection': () => xkit.getConnection({ slug: 'chatter' }),
  async 'get connection by id'() {
    const [{ id }] = await xkit.listConnections('chatter')
    return xkit.getConnection({ id })
  },
  'get connection or connector': () => xkit.getConnectionOrConnector('chatter'),
  'get connection token': () => xkit.getConnectionToken({ slug: 'chatter' }),
  'connection status': async () => connectionStatus(await xkit.getConnectionOrConnector('chatter')),
  async connect() {
    const slackConnection = await xkit.connect('chatter')
    return slackConnection
  },
  async 'add connection'() {
    const slackConnection = await xkit.addConnection('chatter')
    return slackConnection
  },
  async 'repair connection'() {
    let slackConnection = await xkit.getConnectionOrConnector('chatter')
    if (
      slackConnection.enabled &&
      (!slackConnection.authorization || slackConnection.authorization.status !== 'active')
    ) {
      slackConnection = await xkit.reconnect(slackConnection)
    }
    return slackConnection
  },
  async reconnect() {
    return xkit.reconnect(await xkit.getConnection({ slug: 'chatter' }))
  },
  async 'remove connection'() {
    await xkit.removeConnection('chatter')
  },
  disconnect: () => xkit.disconnect('chatter'),
}

for (const [name, call] of Object.entries(calls)) {
  const button = document.createElement('button')
  button.textContent = name
  button.addEventListener('click', () => {
    call().then(
      (value) => tell({ call: name, value: value ?? null }),
      (error) => tell({ call: name, error: { name: error.name, message: error.message, code: error.code } }),
    )
  })
  document.getElementById('buttons').append(button)
}

async function ask(path) {
  return (await fetch(path + location.search)).json()
}

async function tell(what) {
  await fetch('/told', { method: 'POST', body: JSON.stringify(what) })
}
