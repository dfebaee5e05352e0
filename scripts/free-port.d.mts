/** A port of 127.0.0.1 on which nobody listens, for a server that has to be told one, or that nobody shall be at. */
export function freePort(): Promise<number>
