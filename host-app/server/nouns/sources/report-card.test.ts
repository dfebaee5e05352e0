import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { wizardSteps } from '@bobbin/shared/steps'
import { reportCard as reportCardSchema, sourceType as sourceTypeSchema } from '@bobbin/shared/source'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { emptyReportCard, reportCard, sourceType } from './report-card.ts'

describe('a report card', () => {
  it('counts its current step from 1, in agreement with its type, whatever is finished', () => {
    const some = fc.subarray([...wizardSteps])
    fc.assert(
      fc.property(some, some, (steps, finished) => {
        const card = reportCardSchema.parse(
          reportCard(connectorInfo({ steps }), new Set(), new Set(finished)),
        )
        expect(card.steps.map(({ type }) => type)).toEqual([...steps, 'fully_configured'])
        expect(card.steps[card.current_step - 1]?.type).toBe(card.current_step_type)
        const done = card.steps.slice(0, card.current_step - 1)
        expect(done.every(({ type }) => finished.some((step) => step === type))).toBe(true)
        expect(finished).not.toContain(card.current_step_type)
      }),
    )
  })

  it('agrees with itself where the connector is gone', () => {
    const { current_step, current_step_type, steps } = emptyReportCard('platform.gone')
    expect(steps[current_step - 1]?.type).toBe(current_step_type)
  })

  it("carries Stitch's fields, and what a form needs beside them", () => {
    const drawn = {
      description: 'What for.',
      placeholder: 'eu',
      group: 'Place',
      default: 'eu',
      show_when: { property: 'other', in: ['x'] },
      control: 'select' as const,
    }
    const region = property('region', { ...drawn, tap_mutable: true, title: 'Region', order: 3 })
    const card = reportCardSchema.parse(
      reportCard(connectorInfo({ properties: [region, property('other')] }), new Set(['region']), new Set()),
    )
    const byName = new Map(card.steps[0]?.properties.map((one) => [one.name, one]))
    expect(byName.get('region')).toMatchObject({
      ...drawn,
      name: 'region',
      title: 'Region',
      order: 3,
      is_required: true,
      is_credential: false,
      system_provided: false,
      property_type: 'user_provided',
      json_schema: region.json_schema,
      provided: true,
      tap_mutable: true,
    })
    expect(byName.get('other')).toMatchObject({ provided: false, tap_mutable: false })
  })
})

const url = 'https://connect.example.com'
const shown = (info: ConnectorInfo) => sourceType(info, info.auth_methods, url)

describe('a source type', () => {
  it('names what takes its place', () => {
    const old = sourceTypeSchema.parse(
      shown(connectorInfo({ stage: 'deprecated', upgrade_to: 'platform.new' })),
    )
    expect(old).toMatchObject({
      details: { access: false, pipeline_state: 'deprecated', image_version: null },
      upgrade_available: { type: 'platform.new' },
    })
    expect(shown(connectorInfo({})).upgrade_available).toBeNull()
    expect(shown(connectorInfo({ logo: null })).logo).toBeNull()
  })
})

it('shows a source type with all that a form needs', () => {
  const crm = connectorInfo({
    type: 'platform.crm',
    slug: 'crm',
    name: 'CRM',
    logo: 'data:image/svg+xml,<svg/>',
    steps: ['form', 'oauth'],
    properties: [
      property('site', { affects_authorization: true }),
      property('note', { is_required: false }),
      property('client_id', { property_type: 'system_provided_by_default' }),
    ],
    authorization: { provider_name: 'CRM', scopes: [] },
  })
  const type = sourceTypeSchema.parse(shown(crm))
  expect(type).toMatchObject({
    type: 'platform.crm',
    logo: `${url}/connectors/crm/logo.svg`,
    current_step: 1,
    current_step_type: 'form',
    details: { access: true, pricing_tier: 'standard', pipeline_state: 'released', protocol: 'platform.crm' },
  })
  expect(type.steps.map(({ type, properties }) => [type, properties.map(({ name }) => name).sort()])).toEqual(
    [
      ['form', ['note', 'site']],
      ['oauth', ['client_id']],
      ['fully_configured', []],
    ],
  )
})
