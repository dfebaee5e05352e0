import { accessToken, createAccessToken, createdAccessToken } from '@bobbin/shared/access-token'
import { account, createAccount, createdAccount, updateAccount, webOrigin } from '@bobbin/shared/account'
import { accountEvent } from '@bobbin/shared/account-events'
import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { catalog, catalogStream, metadataEntry, metadataUpdate } from '@bobbin/shared/catalog'
import { streamSchema, streamSummary } from '@bobbin/shared/catalog'
import { check, checkEvent, checkFailure, recordedCheckEvent } from '@bobbin/shared/check'
import { showWhen } from '@bobbin/shared/connector-info'
import { cancelRequest, claimReply, claimRequest, defaultStreams, flowEvent } from '@bobbin/shared/flow'
import { createdImportToken, importToken } from '@bobbin/shared/import-token'
import { createOAuthClient, oauthClient, updateOAuthClient } from '@bobbin/shared/oauth-client'
import { createEphemeralToken, createdEphemeralToken } from '@bobbin/shared/session'
import { createSource, reportCard, reportCardProperty, reportCardStep } from '@bobbin/shared/source'
import { cloneSource, schedule, source, sourceType, updateSource } from '@bobbin/shared/source'
import { createWebhook, createdWebhook, deliveryAttempt, replayWebhook } from '@bobbin/shared/webhook'
import { replayedWebhook, rotateSecret, rotatedSecret, updateWebhook } from '@bobbin/shared/webhook'
import { webhook, webhookDelivery } from '@bobbin/shared/webhook'
import type { z } from 'zod'

/** What the schemas are called in the document, and so in the code that is generated from it. */
export const schemaNames: Readonly<Record<string, z.ZodType>> = {
  Error: errorEnvelope,
  WebOrigin: webOrigin,

  Account: account,
  CreateAccount: createAccount,
  CreatedAccount: createdAccount,
  UpdateAccount: updateAccount,
  AccessToken: accessToken,
  CreateAccessToken: createAccessToken,
  CreatedAccessToken: createdAccessToken,
  CreateEphemeralToken: createEphemeralToken,
  CreatedEphemeralToken: createdEphemeralToken,

  SourceType: sourceType,
  Source: source,
  CreateSource: createSource,
  UpdateSource: updateSource,
  CloneSource: cloneSource,
  Schedule: schedule,
  ReportCard: reportCard,
  ReportCardStep: reportCardStep,
  ReportCardProperty: reportCardProperty,
  ShowWhen: showWhen,

  ImportToken: importToken,
  CreatedImportToken: createdImportToken,

  Check: check,
  CheckFailure: checkFailure,
  CheckEvent: checkEvent,
  RecordedCheckEvent: recordedCheckEvent,

  StreamSummary: streamSummary,
  StreamSchema: streamSchema,
  MetadataEntry: metadataEntry,
  MetadataUpdate: metadataUpdate,
  Catalog: catalog,
  CatalogStream: catalogStream,

  AccountEvent: accountEvent,

  Webhook: webhook,
  CreateWebhook: createWebhook,
  CreatedWebhook: createdWebhook,
  UpdateWebhook: updateWebhook,
  RotateWebhookSecret: rotateSecret,
  RotatedWebhookSecret: rotatedSecret,
  ReplayWebhook: replayWebhook,
  ReplayedWebhook: replayedWebhook,
  WebhookDelivery: webhookDelivery,
  WebhookDeliveryAttempt: deliveryAttempt,

  OAuthClient: oauthClient,
  CreateOAuthClient: createOAuthClient,
  UpdateOAuthClient: updateOAuthClient,

  ClaimRequest: claimRequest,
  ClaimReply: claimReply,
  CancelRequest: cancelRequest,
  DefaultStreams: defaultStreams,
  RelayEvent: flowEvent,
}
