import { expect, test } from '../../fixtures.ts'
import { look } from './look.ts'

/** The forms of the connectors that have no story of their own, as people see them. */

/** What has no OAuth client is not offered. */
const slugs = ['shopify', 'stripe', 'salesforce', 'xero', 'harvest', 'slack', 'zendesk']
const hostEnv = Object.fromEntries(
  slugs
    .map((slug) => `BOBBIN_OAUTH_${slug.toUpperCase()}_CLIENT`)
    .flatMap((stem) => [
      [`${stem}_ID`, 'bobbin-e2e'],
      [`${stem}_SECRET`, 'a-secret-of-no-provider'],
    ]),
)

// The screens are looked at for longer than anybody does.
test.use({ hostEnv, timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

for (const [type, name, required] of [
  ['platform.hp-mysql', 'MySQL', ['Host', 'User', 'Password']],
  ['platform.hp-mariadb', 'MariaDB', ['Host', 'User', 'Password']],
  ['platform.sftp', 'SFTP', ['Host', 'User']],
  ['platform.shopify', 'Shopify', ['Shop', 'Start date']],
  ['platform.stripe', 'Stripe', ['Start date']],
  ['platform.salesforce', 'Salesforce', ['Start date']],
  ['platform.freshdesk', 'Freshdesk', ['Domain', 'API key', 'Start date']],
  ['platform.xero', 'Xero', ['Start date']],
  ['platform.harvest', 'Harvest', ['Start date']],
  ['platform.slack', 'Slack', ['Start date']],
  ['platform.zendesk', 'Zendesk', ['Subdomain', 'Start date']],
] as const) {
  test(`the form of ${name} can be filled in by everybody, and says what is missing`, async ({
    customer,
  }) => {
    const { wizard } = await customer.open('addSource', { type })
    await expect(wizard.getByRole('heading', { level: 1, name: `Connect ${name}` })).toBeVisible()
    await look(wizard, `form-${type}`)
    // Of what a type has a usual start for, the form comes with it.
    if (required.some((title) => title === 'Start date')) {
      await expect(wizard.getByLabel('Start date')).toHaveValue(/^\d{4}-\d{2}-\d{2}$/)
      await wizard.getByLabel('Start date').fill('')
    }
    await wizard.getByRole('button', { name: 'Continue', exact: true }).click()
    for (const title of required) {
      await expect(wizard.getByLabel(title, { exact: true })).toHaveAttribute('aria-invalid', 'true')
    }
    await look(wizard, `form-${type}-missing`)
  })
}

for (const [type, name] of [
  ['platform.hp-postgres', 'PostgreSQL'],
  ['platform.hp-mysql', 'MySQL'],
] as const) {
  test(`the form of ${name} asks for an SSH server where one is gone through, and for none otherwise`, async ({
    customer,
  }) => {
    const { wizard } = await customer.open('addSource', { type })
    const tunnel = wizard.getByRole('group', { name: 'SSH tunnel' })
    const own = [
      'SSH host',
      'SSH port',
      'Key of the SSH server',
      'SSH user',
      'SSH password',
      'SSH private key',
    ]
    await expect(tunnel.getByLabel('SSH host', { exact: true })).toBeHidden()
    await tunnel.getByRole('switch', { name: 'Connect through an SSH tunnel' }).check()
    for (const title of own) await expect(tunnel.getByLabel(title, { exact: true })).toBeVisible()
    await expect(tunnel.getByLabel('SSH host', { exact: true })).toHaveAccessibleDescription(/SSH server/)
    await look(wizard, `form-${type}-tunnel`)
    await wizard.getByRole('button', { name: 'Continue', exact: true }).click()
    for (const title of ['SSH host', 'SSH user']) {
      await expect(tunnel.getByLabel(title, { exact: true })).toHaveAttribute('aria-invalid', 'true')
    }
    await look(wizard, `form-${type}-tunnel-missing`)
  })
}

test('a form takes the sub-domain out of an address', async ({ customer }) => {
  const { wizard } = await customer.open('addSource', { type: 'platform.zendesk' })
  const subdomain = wizard.getByLabel('Subdomain', { exact: true })
  await subdomain.fill('https://acme.zendesk.com/agent/dashboard')
  await subdomain.press('Tab')
  await expect(subdomain).toHaveValue('acme')
  await look(wizard, 'form-address')
})

test('a form warns of a key of an odd shape, which it does not refuse', async ({ customer }) => {
  const { wizard } = await customer.open('addSource', { type: 'platform.stripe' })
  await wizard.getByRole('combobox', { name: 'Sign in by' }).selectOption('API key')
  const key = wizard.getByLabel('API key', { exact: true })
  await key.fill('no-key-of-theirs')
  await key.press('Tab')
  await expect(key).toHaveAccessibleDescription(/most look like .*rk_live_/)
  await look(wizard, 'form-odd-key')
  await key.fill('rk_live_123')
  await key.press('Tab')
  await expect(key).not.toHaveAccessibleDescription(/most look like/)
})
