/** How long a token endpoint may take, in milliseconds: always less than the lease under which it is asked. */
export function timeoutWithin(lease: number): number {
  return Math.min(10_000, Math.floor((lease * 2) / 3))
}
