import { sealedReplies } from '../http/idempotency.ts'
import { sealedAsides } from '../oauth/grant-aside.ts'
import { sealedAnswers } from '../oauth/parked-answer.ts'
import { sealedTrips } from '../oauth/start-authorization.ts'
import { sealedWebhookSecrets } from '../webhooks/webhook-secrets.ts'
import { sealedCredentials } from './credential-store.ts'
import type { SealedColumn } from './sealed-column.ts'

/** Every column that holds envelopes. What is missing here is lost when its key is retired. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedCredentials,
  sealedTrips,
  sealedAnswers,
  sealedAsides,
  sealedReplies,
  sealedWebhookSecrets,
]
