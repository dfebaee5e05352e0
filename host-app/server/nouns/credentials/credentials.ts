/** Credentials, as all others enter them: what sources and grants keep sealed, and the keys. */

export {
  type CredentialKind,
  type CredentialStore,
  type DescribedCredentials,
  type OpenedCredentials,
  createCredentialStore,
  sealedCredentials,
} from './credential-store.ts'
export { connectorGrant } from './connector-grant.ts'
export { type GrantedValues, granted, keptValues } from './granted-values.ts'
export { type SourceGrants, refusedToken, tokensIn } from './source-grants.ts'
export { type GrantKind, grantKind } from './grant-kind.ts'
export { type GrantLife, unsaidLife } from './grant-life.ts'
export { tellExpiringGrants } from './expiring-grants.ts'
export {
  type GivenUpRow,
  giveUpGrant,
  giveUpNewGrant,
  giveUpRenewed,
  openGivenUp,
  renewGivenUp,
  roleOfGivenUp,
  sealedGivenUp,
} from './given-up-grants.ts'
export {
  type LeasedGivenUp,
  claimGivenUp,
  createGivenUpTurns,
  forgetGivenUp,
  noteCleanUp,
  putOffGivenUp,
  voidGivenUpLeases,
} from './given-up-lease.ts'
export {
  dropGrantAside,
  dropGrantsOfSource,
  findGrantAside,
  sealedAsides,
  setGrantAside,
  takeGrantAside,
} from './grant-aside.ts'
export type { NewGrant } from './new-grant.ts'
export { type KeyTrial, isWrong, tryKeys, wrongKeySentence } from './key-health.ts'
export { type KeyUsage, countKeyUsage } from './key-usage.ts'
export { type KeyWatch, createKeyWatch } from './key-watch.ts'
export {
  type GrantVersion,
  type LeaseAnswer,
  holdGrant,
  releaseRefreshLease,
  takeRefreshLease,
} from './refresh-lease.ts'
export { pauseRenewal } from './paused-renewals.ts'
export type { RenewalFailure } from './paused-renewals.ts'
export { mustWait, noteRefusedRenewal } from './refused-renewals.ts'
export { type DueGrant, claimDueGrant, dateGrants, typesOfUndatedGrants } from './unasked-renewals.ts'
export { type RotationResult, rotateKeys } from './rotate-keys.ts'
export { type KeyRing, type SealContext, SealError, createKeyRing } from './seal.ts'
export { type SealedColumn, sealedColumn } from './sealed-column.ts'
export { noteLifetime } from './token-lifetime.ts'
export { watchKeyUsage } from './watch-key-usage.ts'
