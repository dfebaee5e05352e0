import type { Timings } from '@bobbin/shared/timings'

/** How long a call to a provider may take: always less than the lease under which a refresh is made. */
export function providerTimeout({ lease }: Pick<Timings, 'lease'>): number {
  return Math.min(10_000, Math.floor((lease * 2) / 3))
}
