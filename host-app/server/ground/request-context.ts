import { AsyncLocalStorage } from 'node:async_hooks'

const asking = new AsyncLocalStorage<string | null>()

/** The id of the request that asked for what runs now; null for what nobody asked for, as the hourly tidying. */
export function currentRequestId(): string | null {
  return asking.getStore() ?? null
}

/** Does the work in the name of a request; its log lines, and those of the jobs that it starts, have the id. */
export function inRequest<Result>(id: string | null, work: () => Result): Result {
  return asking.run(id, work)
}
