import { sealedReplies } from './nouns/idempotent-replies/idempotent-replies.ts'
import { sealedAsides } from './nouns/credentials/grant-aside.ts'
import { sealedAnswers } from './nouns/oauth/parked-answer.ts'
import { sealedTrips } from './nouns/oauth/start-authorization.ts'
import { sealedWebhookSecrets } from './nouns/webhooks/webhook-secrets.ts'
import { sealedCredentials } from './nouns/credentials/credential-store.ts'
import type { SealedColumn } from './nouns/credentials/sealed-column.ts'

/** Every column that holds envelopes. What is missing here is lost when its key is retired. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedCredentials,
  sealedTrips,
  sealedAnswers,
  sealedAsides,
  sealedReplies,
  sealedWebhookSecrets,
]
