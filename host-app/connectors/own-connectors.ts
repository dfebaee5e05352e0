import type { Connector } from './connector.ts'
import { createDemoCrm } from './demo-crm/connector.ts'
import { freshdesk } from './freshdesk/connector.ts'
import { harvest } from './harvest/connector.ts'
import { hpMariadb, hpMysql } from './hp-mysql/connector.ts'
import { hpPostgres } from './hp-postgres/connector.ts'
import { importApi } from './import-api/connector.ts'
import { salesforce } from './salesforce/connector.ts'
import { sftp } from './sftp/connector.ts'
import { shopify } from './shopify/connector.ts'
import { slack } from './slack/connector.ts'
import { stripe } from './stripe/connector.ts'
import { xero } from './xero/connector.ts'
import { zendesk } from './zendesk/connector.ts'

/**
 * Those that come with Bobbin, all loaded: for the build, the program of connector processes, and tests. A server finds
 * them in the index that the build makes of this list, and loads each when it is asked for (`registry.ts`).
 */
export function ownConnectors({ demoCrmUrl }: { demoCrmUrl: string | null }): Connector[] {
  const databases = [hpPostgres, hpMysql, hpMariadb]
  const services = [freshdesk, harvest, salesforce, shopify, slack, stripe, xero, zendesk]
  return [...databases, sftp, importApi, ...services, ...(demoCrmUrl ? [createDemoCrm(demoCrmUrl)] : [])]
}
