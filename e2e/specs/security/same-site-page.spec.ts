import { expect, test } from '../../fixtures.ts'
import { demoCrm } from '../popup/crm-trip.ts'
import { postToWizard } from './foreign-posts.ts'
import { expectMet } from './met.ts'

/** Here the browser sends the wizard's cookie along: only the request's origin tells it from the wizard's own. */
test.use({ sites: 'same' })

test(
  'a page of the same site, with the cookie at its disposal, can post nothing to the wizard',
  {
    tag: '@attack',
  },
  async ({ cleanStack, account, customer, newTab }) => {
    const { origins, proxy } = cleanStack
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const neighbour = await newTab()
    await neighbour.goto(origins.opener)
    const { origin, pathname } = new URL(wizard.url())
    const answers = await postToWizard(neighbour, origin + pathname)
    for (const { status } of answers) expect([403, 415]).toContain(status)

    const posts = proxy.requests.filter(
      ({ method, headers, url }) =>
        method === 'POST' && url.startsWith('/connect/') && headers['origin'] === origins.opener,
    )
    expect(posts).toHaveLength(answers.length)
    for (const { headers } of posts) expect(headers['cookie']).toContain('__Host-bobbin-')
    expect(call.isPending()).toBe(true)
    expect(await account.call('GET', '/v4/sources')).toEqual([])
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  },
)
