import type { PropertyInfo } from '@bobbin/shared/connector-info'

type Rest = Pick<PropertyInfo, 'name' | 'title'> & Partial<PropertyInfo>

/** A setting that has to be given, with what most have: a short text. Its place in the form is given where all are put together. */
export function setting(rest: Rest): Omit<PropertyInfo, 'order'> {
  return {
    is_required: true,
    is_credential: false,
    property_type: 'user_provided',
    affects_authorization: false,
    json_schema: { type: 'string', minLength: 1, maxLength: 255 },
    ...rest,
  }
}

/** A setting for who knows what they do. */
export function advanced(rest: Rest): Omit<PropertyInfo, 'order'> {
  return setting({ is_required: false, property_type: 'user_provided_advanced', ...rest })
}

/** A secret text. */
export function secret(rest: Rest): Omit<PropertyInfo, 'order'> {
  const json_schema = { type: 'string', minLength: 1, maxLength: 1024 }
  return setting({ is_credential: true, json_schema, control: 'secret', ...rest })
}

/** Properties in the order of the form. */
export function inOrder(properties: readonly Omit<PropertyInfo, 'order'>[]): PropertyInfo[] {
  return properties.map((property, index) => ({ ...property, order: index + 1 }))
}

/**
 * What stands before the vendor's domain in the address of a customer: one label of a host. It is found in that address, too,
 * with or without a scheme and a page.
 */
export function subdomain({
  of: domain,
  found_in: more = [],
  ...rest
}: Rest & { of: string }): Omit<PropertyInfo, 'order'> {
  return setting({
    placeholder: 'acme',
    affix: { before: 'https://', after: `.${domain}` },
    // One label of a host, or there is no address.
    json_schema: { type: 'string', maxLength: 63, pattern: '^[A-Za-z0-9][A-Za-z0-9\\-]*$' },
    found_in: [`(?:https?://)?([a-z0-9\\-]+)\\.${domain.replaceAll('.', '\\.')}(?:[:/?#].*)?`, ...more],
    ...rest,
  })
}

/** A whole number above zero. */
export function count(rest: Rest): Omit<PropertyInfo, 'order'> {
  return advanced({
    json_schema: { type: 'string', pattern: '^[1-9][0-9]{0,8}$' },
    control: 'number',
    ...rest,
  })
}

/** From when on a tap reads, as nearly every service has it. */
export const startDate = setting({
  name: 'start_date',
  title: 'Start date',
  description: 'Records from before this day are left out.',
  // Secrets are the vendor's, whatever the day.
  binds: [],
  json_schema: { type: 'string', format: 'date' },
})
