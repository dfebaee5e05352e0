import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createTestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'

it('shows a person a page when the store cannot be used, and a program the envelope', async () => {
  const test = await createTestApp({ BOBBIN_SUPPORT_URL: 'mailto:help@weaver.example' })
  const account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  const { body } = await account.call('POST', '/v3/sessions/ephemeral', {})
  const flow = createTestFlow(test.app, test.services)
  await flow.begin((body as { ephemeral_token: string }).ephemeral_token)

  unlinkSync(join(test.services.config.dataDir, 'bobbin.sqlite'))
  const shown = await flow.openPage()
  expect(shown.statusCode).toBe(503)
  expect(shown.headers['content-type']).toContain('text/html')
  expect(shown.body).toContain('Not available at the moment')
  expect(shown.body).toMatch(/<a class="primary" href(="")?>Reload<\/a>/)
  expect(shown.body).not.toContain('close this window')
  // By which the operator finds the line in the log.
  const requestId = String(shown.headers['x-request-id'])
  expect(shown.body).toContain(`>${requestId}</code>`)
  expect(shown.body).toContain(
    `href="mailto:help@weaver.example?body=${requestId}&amp;subject=Request%20${requestId}"`,
  )
  const called = await flow.call('saveForm', {
    display_name: 'x',
    properties: { tables: '1', password: 'right' },
  })
  expect(called.statusCode).toBe(503)
  expect(called.json()).toMatchObject({ error: 'Unavailable', data: { reason: 'storage' } })
  await test.close()
})
