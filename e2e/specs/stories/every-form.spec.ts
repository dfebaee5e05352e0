import { expect, test } from '../../fixtures.ts'
import { look } from './look.ts'

/** The forms of the connectors that have no story of their own, as people see them. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

for (const [type, name, required] of [
  ['platform.hp-mysql', 'MySQL', ['Host', 'User', 'Password']],
  ['platform.hp-mariadb', 'MariaDB', ['Host', 'User', 'Password']],
  ['platform.sftp', 'SFTP', ['Host', 'User']],
  ['platform.shopify', 'Shopify', ['Shop', 'Start date']],
  ['platform.stripe', 'Stripe', ['Start date']],
  ['platform.freshdesk', 'Freshdesk', ['Domain', 'API key', 'Start date']],
  ['platform.xero', 'Xero', ['Start date']],
  ['platform.harvest', 'Harvest', ['Start date']],
  ['platform.zendesk', 'Zendesk', ['Subdomain', 'Start date']],
] as const) {
  test(`the form of ${name} can be filled in by everybody, and says what is missing`, async ({
    customer,
  }) => {
    const { wizard } = await customer.open('addSource', { type })
    await expect(wizard.getByRole('heading', { level: 1, name: `Connect ${name}` })).toBeVisible()
    await look(wizard, `form-${type}`)
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
