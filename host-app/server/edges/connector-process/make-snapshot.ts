import { builtFolder, makeSnapshot } from './snapshot.ts'

/** The build's last step. */
await makeSnapshot(builtFolder, new AbortController().signal)
