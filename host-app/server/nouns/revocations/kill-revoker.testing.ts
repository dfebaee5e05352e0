import type { WorldPlace } from '../oauth/oauth-world.testing.ts'
import { openRevocations, revoking } from './revocations.testing.ts'

/** A process that has grants revoked at the provider of this origin; or, without one, deletes the source and dies at once. */
const { place, origin } = JSON.parse(process.argv[2] ?? '') as { place: WorldPlace; origin: string | null }
const world = await openRevocations({ place })
if (origin === null) {
  await world.remove()
  process.kill(process.pid, 'SIGKILL')
} else {
  world.useProvider(revoking(origin))
  world.work()
}
