import type { Page } from '@playwright/test'
import type { CheckErrorCode } from '@bobbin/shared/errors'
import { errorTable } from '@bobbin/shared/errors'
import {
  oddDatabase,
  seedOddDatabase,
} from '../../../host-app/connectors/hp-postgres/odd-database.testing.ts'
import { startPostgres } from '../../../scripts/postgres-server.mjs'
import { freePort } from '../../../scripts/free-port.mjs'
import { expect, test } from '../../fixtures.ts'
import { expectAllSet, passCheck, selectStreams } from '../../wizard-window.ts'
import { closeDoors, openDoor } from './door.ts'

/** A database server of this file's own, which is broken and repaired as it goes. */
let postgres: Awaited<ReturnType<typeof startPostgres>>

test.beforeAll(async () => {
  postgres = await startPostgres({ ssl: true })
  await seedOddDatabase(postgres)
  const password = `'${oddDatabase.password.replaceAll("'", "''")}'`
  await query(`create role tls_only login password ${password}`, 'postgres')
  await query('grant connect on database odd to tls_only; grant reader to tls_only')
})
test.afterEach(closeDoors)
test.afterAll(() => postgres.stop())

function query(sql: string, database = 'odd'): Promise<unknown> {
  return postgres.query(sql, { database })
}

/** Labels of the form, with what is typed or chosen. */
type Settings = Readonly<Record<string, string>>

interface Failure {
  readonly name: string
  readonly code: CheckErrorCode
  /** The setting at fault: its name over REST, its label in the form. */
  readonly field: readonly [name: string, label: string]
  spoil(): Promise<Spoilt>
}

/** What makes it fail, and one of two ways out. */
interface Spoilt {
  /** What differs from the right settings. */
  readonly typed: Settings
  /** Takes the cause away at the server, so that **Try again** works; */
  readonly repair?: () => Promise<unknown>
  /** or what the person corrects after **Edit settings**. */
  readonly correct?: Settings
}

const failures: readonly Failure[] = [
  {
    name: 'a port that nobody listens on',
    code: 'ConnectionRefused',
    field: ['host', 'Host'],
    async spoil() {
      const port = await freePort()
      return { typed: { Port: String(port) }, repair: () => openDoor(postgres, 'forwards', port) }
    },
  },
  {
    name: 'a server that accepts and says nothing',
    code: 'ConnectionTimeout',
    field: ['host', 'Host'],
    async spoil() {
      const door = await openDoor(postgres, 'is silent')
      return {
        typed: { Port: String(door.port), 'Connection timeout': '4' },
        repair: async () => door.becomes('forwards'),
      }
    },
  },
  {
    name: 'a wrong password',
    code: 'CredentialsRejected',
    field: ['password', 'Password'],
    spoil: async () => ({
      typed: { Password: 'not the password' },
      correct: { Password: oddDatabase.password },
    }),
  },
  {
    name: 'a host name that nobody has',
    code: 'HostNotFound',
    field: ['host', 'Host'],
    spoil: async () => ({
      typed: { Host: 'no-such-database.invalid' },
      correct: { Host: '127.0.0.1', Password: oddDatabase.password },
    }),
  },
  {
    name: 'a server that wants encryption',
    code: 'TlsRequired',
    field: ['ssl', 'Encryption (TLS)'],
    spoil: async () => ({
      typed: { User: 'tls_only', 'Encryption (TLS)': 'disable' },
      correct: { 'Encryption (TLS)': 'require', Password: oddDatabase.password },
    }),
  },
  {
    name: 'a user who may not connect',
    code: 'PermissionDenied',
    field: ['user', 'User'],
    spoil: async () => ({
      typed: { User: 'no_connect' },
      repair: () => query('grant connect on database odd to no_connect; grant reader to no_connect'),
    }),
  },
  {
    name: 'a user who may read nothing',
    code: 'NothingFound',
    field: ['user', 'User'],
    spoil: async () => ({ typed: { User: 'stranger' }, repair: () => query('grant reader to stranger') }),
  },
  {
    name: 'a database that is not there',
    code: 'DatabaseNotFound',
    field: ['dbname', 'Database'],
    spoil: async () => ({ typed: { Database: 'even' }, correct: { Database: oddDatabase.dbname } }),
  },
]

for (const failure of failures) {
  const { name, code, field } = failure
  test(`${name} is told as ${code} with its field, and can be got over`, async ({ customer, account }) => {
    const { typed, repair, correct } = await failure.spoil()
    const settings: Settings = { ...rightSettings(), ...typed }
    const { wizard, call } = await customer.open('addSource', { type: 'platform.hp-postgres' })
    await fill(wizard, settings)
    await wizard.getByRole('button', { name: 'Continue' }).click()

    const alert = wizard.getByRole('alert')
    await expect(wizard.getByRole('heading', { level: 1, name: 'The check failed' })).toBeVisible()
    await expect(alert).toContainText(errorTable[code].sentence)
    await expect(alert).toContainText(`Look at: ${field[1]}`)
    const [source] = (await account.call('GET', '/v4/sources')) as { id: number }[]
    const failed = await account.awaitCheck(source?.id ?? 0)
    expect(failed).toMatchObject({ status: 'failed', failure: { code, field: field[0] } })

    if (correct) {
      await wizard.getByRole('button', { name: 'Edit settings' }).click()
      await expectFilled(wizard, settings)
      const wrong = control(wizard, field[1])
      await expect(wrong).toHaveAttribute('aria-invalid', 'true')
      await expect(wizard.getByRole('alert')).toContainText(errorTable[code].sentence)
      await fill(wizard, correct)
      await wizard.getByRole('button', { name: 'Continue' }).click()
    } else {
      await repair?.()
      await wizard.getByRole('button', { name: 'Try again' }).click()
    }
    await passCheck(wizard)
    await selectStreams(wizard, ['orders'])
    await expectAllSet(wizard)
    const { id } = await call.result()
    expect(id).toBe(source?.id)
    expect(await account.awaitCheck(id)).toMatchObject({ status: 'succeeded', failure: null })
  })
}

test('a password left blank does not go to another host: the form says why, and asks for it', async ({
  customer,
  account,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  await fill(wizard, { ...rightSettings(), Host: 'no-such-database.invalid' })
  await wizard.getByRole('button', { name: 'Continue' }).click()
  await wizard.getByRole('button', { name: 'Edit settings' }).click()
  await expect(wizard.getByText('It is needed again when Host, Port')).toBeVisible()
  await fill(wizard, { Host: postgres.host })
  await wizard.getByRole('button', { name: 'Continue' }).click()
  const password = control(wizard, 'Password')
  await expect(password).toHaveAttribute('aria-invalid', 'true')
  await expect(password).toHaveAccessibleDescription(/^Password has to be entered again: Host has changed/)
  await password.fill(oddDatabase.password)
  await wizard.getByRole('button', { name: 'Continue' }).click()
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  const { id } = await call.result()
  expect(await account.awaitCheck(id)).toMatchObject({ status: 'succeeded' })
})

function rightSettings(): Settings {
  return {
    Name: 'Shop',
    Host: postgres.host,
    Port: String(postgres.port),
    Database: oddDatabase.dbname,
    User: oddDatabase.user,
    Password: oddDatabase.password,
    'Encryption (TLS)': 'require',
    'Connection timeout': '15',
  }
}

/** Required fields are labelled by their title, others say that they are optional. */
function control(wizard: Page, label: string) {
  return wizard.getByLabel(new RegExp(`^${label.replace(/[()]/g, '\\$&')}( \\(optional\\))?$`))
}

async function fill(wizard: Page, settings: Settings): Promise<void> {
  for (const [label, value] of Object.entries(settings)) {
    if (label === 'Connection timeout') await openAdvanced(wizard)
    if (label === 'Encryption (TLS)') await control(wizard, label).selectOption(value)
    else await control(wizard, label).fill(value)
  }
}

/** All is there that was typed, but for the secret, which is kept and never shown. */
async function expectFilled(wizard: Page, settings: Settings): Promise<void> {
  await expect(wizard.getByText('Leave blank to keep the current one.')).toBeVisible()
  for (const [label, value] of Object.entries(settings)) {
    await expect(control(wizard, label)).toHaveValue(label === 'Password' ? '' : value)
  }
}

async function openAdvanced(wizard: Page): Promise<void> {
  const summary = wizard.getByText('Advanced settings')
  if (!(await control(wizard, 'Connection timeout').isVisible())) await summary.click()
}
