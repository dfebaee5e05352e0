import type { FlowFunction } from '@bobbin/shared/flow-function'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../connect-api/test-app.ts'
import { finishedCheck } from '../connect-api/test-shop.ts'
import { createTestFlow, page } from './test-flow.ts'
import { startThief } from './thieving-server.ts'

const type = 'platform.hp-postgres'
/** Where the password was entered for: nobody is there, which is nothing to an attacker. */
const settings = { host: '127.0.0.1', port: '1', dbname: 'shop', user: 'anna', ssl: 'require' }

let test: TestApp
let account: TestAccount
let thief: Awaited<ReturnType<typeof startThief>>
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: '1' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  thief = await startThief()
})
afterAll(async () => {
  await test.close()
  await thief.stop()
})

let id: number
beforeEach(async () => {
  const body = {
    type,
    display_name: `Shop ${Math.random()}`,
    properties: { ...settings, password: 'stored' },
  }
  id = (await account.call('POST', '/v4/sources', body)).as(source).id
  await finishedCheck(account, id)
})

/** Every step of the source behind it, as after its first walk. */
async function finish() {
  await test.services.database.write(async ({ db }) => {
    const done = { status: 'succeeded' as const, failure: null }
    await db.updateTable('check_job').set(done).where('source_id', '=', id).execute()
  })
}

async function begin(fn: FlowFunction) {
  const { ephemeral_token: token } = (await account.call('POST', '/v3/sessions/ephemeral', {})).as(
    createdEphemeralToken,
  )
  const one = createTestFlow(test.app, test.services)
  await one.begin(token, { function: fn, id })
  // As a window does it that shows the flow: the step becomes the flow's.
  await one.call('getState')
  return one
}

/** What the attacker wants: the same source, at a server of their own, without protection, the secret kept. */
const elsewhere = () => ({
  display_name: 'Shop',
  properties: { ...settings, port: thief.port, ssl: 'disable' },
})

describe('a stored password is not sent to another server', () => {
  it.each<FlowFunction>(['selectStreamsForSource', 'displayDiscoveryOutputForSource'])(
    'by a flow of %s whose form is posted by hand',
    async (fn) => {
      await finish()
      const one = await begin(fn)
      await one.call('reopenForm')
      const saved = await one.call('saveForm', elsewhere())
      await one.call('startCheck')
      await finishedCheck(account, id)
      expect(thief.passwords).toEqual([])
      expect(saved.statusCode).toBeGreaterThanOrEqual(400)
    },
  )
})
