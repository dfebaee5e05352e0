import client from './client/rollup.config.mjs'
import reference from './host-app/reference/rollup.config.mjs'
import wizard from './host-app/wizard/rollup.config.mjs'

/*
 * What is bundled, all of it; each part lies beside its code. `scripts/build.mjs` emits JavaScript by `tsc` and runs this.
 *
 * Two bundles more are of programs, from their TypeScript, and rolldown's, which vite brings along:
 * - a connector process's (`host-app/server/edges/connector-process/rolldown.config.mjs`), one script for its snapshot;
 * - the server and the command line, for tests that start them many times (`scripts/bundle-processes.mjs`).
 * They stand before every first test. Rollup with its commonjs and json plugins and the types stripped by Node was
 * tried: the first takes it 6.6 s of processor time and is 2.2 MB, rolldown 0.5 s and 1.6 MB; the second 15.8 s, rolldown
 * 0.8 s.
 */
export default [...client, ...wizard, ...reference]
