import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { logoPath } from '@bobbin/shared/logo-path'
import type { ReportCard, SourceType } from '@bobbin/shared/source'
import { offeringNew } from './sign-in-method.ts'
import { reportedStep, stepTypes, type StepType, type WizardStep } from '@bobbin/shared/steps'

/** Where a source stands: its steps with their properties, and the first step that is not finished. */
export function reportCard(
  info: ConnectorInfo,
  provided: ReadonlySet<string>,
  finished: ReadonlySet<WizardStep>,
): ReportCard {
  const types: StepType[] = [...info.steps, 'fully_configured']
  const current = reportedStep(info.steps, finished)
  return {
    type: info.type,
    current_step: types.indexOf(current) + 1,
    current_step_type: current,
    steps: types.map((type) => ({
      type,
      properties: propertiesOf(info, type).map((property) => ({
        ...property,
        provided: provided.has(property.name),
        system_provided: isSystemProvided(property),
        tap_mutable: property.tap_mutable ?? false,
      })),
    })),
  }
}

/** The card of a source whose connector is no longer there: nothing to do, nothing to show. */
export function emptyReportCard(type: string): ReportCard {
  const last = stepTypes[stepTypes.length - 1] ?? 'fully_configured'
  return { type, current_step: 1, current_step_type: last, steps: [{ type: last, properties: [] }] }
}

/**
 * A source type as the list of types of the host at `url` shows it, where one can sign in by these methods: a report card of
 * which nothing is provided, and more.
 */
export function sourceType(info: ConnectorInfo, methods: readonly AuthMethod[], url: string): SourceType {
  return {
    ...reportCard(offeringNew(info, methods), new Set(), new Set()),
    name: info.name,
    slug: info.slug,
    category: info.category,
    logo: info.logo === null ? null : url + logoPath(info.slug),
    description: info.description,
    details: {
      access: isOffered(info) && methods.length > 0,
      pricing_tier: 'standard',
      pipeline_state: info.stage,
      default_start_date: info.default_start_date,
      default_scheduling_interval: info.default_scheduling_interval,
      protocol: info.type,
      image_version: null,
    },
    upgrade_available: info.upgrade_to === undefined ? null : { type: info.upgrade_to },
  }
}

/** Whether new sources of the type may be made. */
export function isOffered(info: ConnectorInfo): boolean {
  return info.stage !== 'deprecated'
}

/** What the provider's grant gives, and what is chosen of it, belongs to the oauth step, all else to the form. */
function propertiesOf(info: ConnectorInfo, step: StepType): PropertyInfo[] {
  const hasOAuth = info.steps.includes('oauth')
  return info.properties
    .filter((property) => {
      const isGranted = property.property_type === 'system_provided_by_default'
      const isOAuth = hasOAuth && (isGranted || property.asked_in === 'oauth')
      return step === (isOAuth ? 'oauth' : 'form')
    })
    .toSorted((a, b) => a.order - b.order)
}

function isSystemProvided({ property_type: type }: PropertyInfo): boolean {
  return type === 'system_provided_by_default' || type === 'read_only'
}
