import { connectorInfo, type ConnectorInfo, type PropertyInfo } from '@bobbin/shared/connector-info'
import { wizardSteps } from '@bobbin/shared/steps'
import { methodFaults } from './auth-methods.ts'
import { bindingFaults } from './bindings.ts'
import type { Connector } from './connector.ts'
import { forgivingFaults } from './forgiving-rules.ts'
import { isHostName } from './host-properties.ts'
import { oauthFaults } from './oauth-rules.ts'
import { settingsGrantFaults } from './settings-grant-rules.ts'
import { frequenciesOf } from './schedule-properties.ts'
import { valueFault } from './value-fault.ts'

/**
 * What is wrong with a connector, in words; empty when all is well. The types cannot say these things, and
 * a connector may come from a module that was never type-checked.
 */
export function connectorFaults(connector: Connector): string[] {
  const parsed = connectorInfo.safeParse(connector.info)
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => `info.${issue.path.join('.')}: ${issue.message}`)
  }
  const { steps, properties, authorization } = parsed.data
  const { default_start_date: startDate, default_scheduling_interval: interval } = parsed.data
  const faults: string[] = []
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(fault)
  }

  expect(steps[0] === 'form', 'the first step must be the form')
  expect(isInOrder(steps, wizardSteps), 'the steps must be in the order of wizardSteps, each once')
  expect(
    !steps.includes('field_selection') || steps.includes('discover_schema'),
    'field_selection needs discover_schema',
  )
  expect(steps.includes('oauth') === (connector.oauth !== undefined), 'an oauth step and `oauth` go together')
  expect(
    steps.includes('oauth') === (authorization !== null),
    'an oauth step and `info.authorization` go together',
  )
  expect(
    steps.includes('discover_schema') === (connector.discover !== undefined),
    'a discover_schema step and `discover` go together',
  )
  expect(
    !connector.beforeDisconnect || (connector.oauth !== undefined && connector.identify !== undefined),
    '`beforeDisconnect` needs `oauth`, and `identify` to tell who else is connected',
  )
  expect(
    startDate === null || /^-\d{1,4} (day|week|month|year)s?$/.test(startDate),
    'default_start_date must be written like "-1 year"',
  )
  expect(parsed.data.upgrade_to !== parsed.data.type, 'upgrade_to must name another type')
  expect(
    interval === null || frequenciesOf(parsed.data).includes(interval),
    `default_scheduling_interval must be one of ${frequenciesOf(parsed.data).join(', ')}`,
  )
  for (const property of properties) faults.push(...propertyFaults(property, properties))
  faults.push(...vendorOptionFaults(connector, parsed.data))
  faults.push(...methodFaults(parsed.data))
  faults.push(...bindingFaults(parsed.data), ...pastingFaults(parsed.data))
  faults.push(...oauthFaults(connector), ...settingsGrantFaults(connector))
  faults.push(...(connector.faults?.() ?? []))
  expect(isUnique(properties.map(({ name }) => name)), 'the names of the properties must differ')
  expect(isUnique(properties.map(({ order }) => order)), 'the orders of the properties must differ')
  return faults
}

function propertyFaults(property: PropertyInfo, all: readonly PropertyInfo[]): string[] {
  const faults: string[] = []
  const { name, show_when: rule } = property
  if (isHostName(name)) faults.push(`${name}: this setting is the host's own and is added by itself`)
  if (rule) {
    const other = all.find((candidate) => candidate.name === rule.property)
    if (!other) faults.push(`${name}: show_when names "${rule.property}", which does not exist`)
    if (other?.show_when) faults.push(`${name}: show_when must not depend on a property that has one itself`)
  }
  if (property.is_credential && property.default !== undefined) {
    faults.push(`${name}: a secret has no default`)
  }
  if (property.default !== undefined && valueFault(property, property.default) !== null) {
    faults.push(`${name}: the default is not valid`)
  }
  return [...faults, ...forgivingFaults(property)]
}

/** What a person chooses of their account has a list to choose it from, and a time when it is asked. */
function vendorOptionFaults(
  { options }: Pick<Connector, 'options'>,
  { properties, steps, auth_methods: methods }: ConnectorInfo,
): string[] {
  const faults: string[] = []
  const chosen = properties.filter((property) => property.vendor_options)
  if (chosen.length > 0 !== (options !== undefined)) {
    faults.push('a property with vendor_options and `options` go together')
  }
  for (const { name, asked_in: asked, is_credential: isSecret, vendor_options: choices } of properties) {
    for (const other of choices?.depends_on ?? []) {
      const isThere = other !== name && properties.some((property) => property.name === other)
      if (!isThere) faults.push(`${name}: depends_on names "${other}", which is no other setting`)
    }
    if (choices && isSecret) faults.push(`${name}: a secret is not chosen from a list`)
    if (asked === undefined) continue
    if (!choices) faults.push(`${name}: what is asked for after the consent has vendor_options`)
    if (!steps.includes('oauth')) faults.push(`${name}: asked_in is "oauth", and there is no such step`)
    const isOfOAuth = methods.some((method) => method.type === 'OAUTH2' && method.properties.includes(name))
    if (methods.length > 1 && !isOfOAuth) {
      faults.push(`${name}: asked_in is "oauth", so it belongs to a method of type OAUTH2`)
    }
  }
  return faults
}

/** A pasted password must not end in a field that shows it. */
function pastingFaults({ properties, pasted_address: pasted }: ConnectorInfo): string[] {
  return (pasted?.fills ?? []).flatMap(({ property: name, part }) => {
    const property = properties.find((one) => one.name === name)
    if (!property) return [`pasted_address names "${name}", which does not exist`]
    return (part === 'password') === property.is_credential
      ? []
      : [`${name}: of a pasted address a secret takes the password, and nothing else does`]
  })
}

function isInOrder(items: readonly string[], order: readonly string[]): boolean {
  const positions = items.map((item) => order.indexOf(item))
  return positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0))
}

function isUnique(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length
}
