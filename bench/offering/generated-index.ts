import { registerHooks } from 'node:module'
import process from 'node:process'

/*
 * Loaded into a server beside its own code (`--import`): for the index of the connectors that come with Bobbin it reads the
 * file that `BENCH_INDEX` names. All else is as it is: they are found and loaded as ours are.
 */
const file = process.env['BENCH_INDEX'] ?? ''
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.endsWith('dist/connectors/index.json') ? file : specifier, context),
})
