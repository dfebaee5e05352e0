import type { ConnectorContract } from './connector-contract.testing.ts'
import { contract as whole } from './contract/whole-connector.testing.ts'
import { contract as demoCrm } from './demo-crm/contract.testing.ts'
import { contract as exampleDatabase } from './examples/database/contract.testing.ts'
import { contract as exampleOauth } from './examples/oauth/contract.testing.ts'
import { contract as exampleRest } from './examples/rest/contract.testing.ts'
import { contract as exampleTap } from './examples/tap/contract.testing.ts'
import { contract as freshdesk } from './freshdesk/contract.testing.ts'
import { contract as harvest } from './harvest/contract.testing.ts'
import { contracts as mysql } from './hp-mysql/contract.testing.ts'
import { contract as postgres } from './hp-postgres/contract.testing.ts'
import { contract as importApi } from './import-api/contract.testing.ts'
import { contract as salesforce } from './salesforce/contract.testing.ts'
import { contract as sftp } from './sftp/contract.testing.ts'
import { contract as shopify } from './shopify/contract.testing.ts'
import { contract as slack } from './slack/contract.testing.ts'
import { contract as stripe } from './stripe/contract.testing.ts'
import { contract as xero } from './xero/contract.testing.ts'
import { contract as zendesk } from './zendesk/contract.testing.ts'

/** Of every connector that comes with Bobbin. */
export const contracts: readonly ConnectorContract[] = [
  ...[demoCrm, freshdesk, harvest, ...mysql, postgres, importApi, salesforce, sftp, shopify, slack, stripe],
  ...[xero, zendesk],
]

/** Of those that `bobbin connectors new` copies. */
export const exampleContracts: readonly ConnectorContract[] = [
  ...[exampleRest, exampleOauth, exampleDatabase, exampleTap],
]

/** For what the contract has and none of those does: the suite itself is tried by it. */
export const madeUpContracts: readonly ConnectorContract[] = [whole]
