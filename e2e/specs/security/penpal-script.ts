import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** penpal as a script that sets `Penpal`, for pages that speak it without being ours. */
export const penpalScript = readFileSync(require.resolve('penpal').replace(/[^/]+$/, 'penpal.min.js'), 'utf8')
