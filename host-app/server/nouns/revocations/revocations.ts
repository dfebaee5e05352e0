/** Grants that were given up, as the process enters them: the worker that has them ended by their providers. */

export { type RevocationWorker, createRevocationWorker } from './revocation-worker.ts'
export { createAttemptRevocation, createRunRevocation } from './run-revocation.ts'
