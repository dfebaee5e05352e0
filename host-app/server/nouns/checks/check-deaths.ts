import type { LeasedJob } from './check-lease.ts'

/** A connector process may have died for reasons of the machine; a second one did for reasons of its own. */
const mostDeaths = 2

/** Whether one more death of a connector process ends the check. */
export function isLastDeath({ deaths }: Pick<LeasedJob, 'deaths'>): boolean {
  return deaths + 1 >= mostDeaths
}
