/** For work that takes long: lets the event loop answer whoever waits, and goes on. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
