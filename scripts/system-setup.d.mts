/** For the browser tests, which are TypeScript; the scripts themselves run before anything is installed. */
export function findChromium(): string | null
