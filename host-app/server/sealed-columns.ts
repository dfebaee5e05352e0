import { sealedReplies } from './nouns/idempotent-replies/idempotent-replies.ts'
import {
  type SealedColumn,
  sealedAsides,
  sealedCredentials,
  sealedGivenUp,
} from './nouns/credentials/credentials.ts'
import { sealedFlowPresets } from './nouns/flows/flows.ts'
import { sealedClientSecrets } from './nouns/oauth-clients/oauth-clients.ts'
import { sealedAnswers, sealedTrips } from './nouns/oauth/oauth.ts'
import { sealedTokenPresets } from './nouns/tokens/tokens.ts'
import { sealedWebhookSecrets } from './nouns/webhooks/webhooks.ts'

/** Every column that holds envelopes. What is missing here is lost when its key is retired. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedCredentials,
  sealedTrips,
  sealedAnswers,
  sealedAsides,
  sealedGivenUp,
  sealedReplies,
  sealedWebhookSecrets,
  sealedTokenPresets,
  sealedFlowPresets,
  sealedClientSecrets,
]
