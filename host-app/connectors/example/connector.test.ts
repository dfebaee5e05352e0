import { createServer } from 'node:http'
import { afterAll, beforeAll } from 'vitest'
import { listenLocally, type LocalServer } from '../../demo/local-server.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { describeConnector, type Situation } from '../connector-contract.testing.ts'
import { connector } from './connector.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const apiKey = 'right-and-secret'
let vendor: LocalServer
let status = 200

beforeAll(async () => {
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${apiKey}`
    response.writeHead(isKnown ? status : 401)
    response.end(JSON.stringify([{ name: 'groceries', fields: ['id', 'title'] }]))
  })
  vendor = await listenLocally(server, 0)
})
afterAll(() => vendor?.close())

const situation = (settings: Record<string, string> = {}, answer = 200): Situation => {
  status = answer
  const url = `http://127.0.0.1:${vendor.port}`
  return { settings: { url, api_key: apiKey, ...settings }, grant: null, ...outbound }
}

describeConnector(connector, {
  example: { url: 'https://todo.example.com', api_key: apiKey },
  junk: { url: ['', 'not an address'], api_key: ['', 'short'] },
  working: () => situation(),
  secrets: () => [apiKey],
  failures: {
    'a wrong key': {
      code: 'CredentialsRejected',
      field: 'api_key',
      situation: () => situation({ api_key: 'wrong-and-secret' }),
    },
    'a rate limit': { code: 'VendorRateLimited', field: null, situation: () => situation({}, 429) },
    'a broken vendor': { code: 'VendorUnavailable', field: null, situation: () => situation({}, 500) },
    'nobody at the address': {
      code: 'VendorUnavailable',
      field: 'url',
      situation: () => situation({ url: 'http://127.0.0.1:9' }),
    },
  },
})
