/** For the browser tests, which are TypeScript; the scripts themselves run before anything is installed. */
export function findChromium(): string | null
export function findHeadlessShell(): string | null
export function findFirefox(): string | null
export function findMiniBrowser(): string | null
