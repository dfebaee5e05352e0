import { oddDatabase, seedOddDatabase } from '../host-app/connectors/hp-postgres/odd-database.testing.ts'
import { startPostgres } from '../scripts/postgres-server.mjs'
import { shareHostAppScript } from './host-app-script.ts'
import { disabledFeaturesVariable, findDisabledFeatures } from './browser.ts'
import { makeCertificate } from './certificate.ts'
import { shareDatabase } from './database.ts'
import { clearEvidence, noteSecret } from './evidence.ts'

/** Once per run, before the workers: certificate, browser's arguments, database. Returns the tear-down. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  clearEvidence()
  makeCertificate()
  process.env[disabledFeaturesVariable] = await findDisabledFeatures()
  await shareHostAppScript()
  const postgres = await startPostgres({ ssl: true })
  await seedOddDatabase(postgres)
  const { host, port, caCertificate } = postgres
  noteSecret('password', oddDatabase.password)
  shareDatabase({ ...oddDatabase, host, port: String(port), caCertificate: caCertificate ?? '' })
  return () => postgres.stop()
}
