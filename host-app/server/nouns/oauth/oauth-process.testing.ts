import { accountId, openWorld, plainProvider, type WorldPlace } from './oauth-world.testing.ts'

/** What a test tells the process to do. */
export interface ProcessTask {
  place: WorldPlace
  providerOrigin: string
  /** A worker's lease, in milliseconds. */
  lease: number
  calls: number
}

/** For tests: another process of the server, which asks for access tokens and prints them as JSON. */
async function run({ place, providerOrigin, lease, calls }: ProcessTask): Promise<void> {
  const world = await openWorld({ place, timings: { lease } })
  world.useProvider(plainProvider(providerOrigin))
  const tokens = await Promise.all(
    Array.from({ length: calls }, () => world.oauth.accessToken(accountId, place.sourceId)),
  )
  process.stdout.write(JSON.stringify(tokens))
  await world.database.close()
}

await run(JSON.parse(process.argv[2] ?? '') as ProcessTask)
