import { oddDatabase, seedOddDatabase } from '../host-app/connectors/hp-postgres/odd-database.ts'
import { startPostgres } from '../scripts/postgres-server.mjs'
import { disabledFeaturesVariable, findDisabledFeatures } from './browser.ts'
import { makeCertificate } from './certificate.ts'
import { shareDatabase } from './database.ts'

/** Once per run, before the workers: certificate, browser's arguments, database. Returns the tear-down. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  makeCertificate()
  process.env[disabledFeaturesVariable] = await findDisabledFeatures()
  const postgres = await startPostgres()
  await seedOddDatabase(postgres)
  shareDatabase({ ...oddDatabase, host: postgres.host, port: String(postgres.port) })
  return () => postgres.stop()
}
