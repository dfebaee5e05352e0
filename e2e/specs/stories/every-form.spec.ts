import { expect, test } from '../../fixtures.ts'
import { look } from './look.ts'

/** The forms of the connectors that have no story of their own, as people see them. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

for (const [type, name, required] of [
  ['platform.hp-mysql', 'MySQL', ['Host', 'User', 'Password']],
  ['platform.hp-mariadb', 'MariaDB', ['Host', 'User', 'Password']],
  ['platform.sftp', 'SFTP', ['Host', 'User']],
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
