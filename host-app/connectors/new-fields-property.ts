import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { Values } from '@bobbin/shared/setting-rules'

export const newFieldsName = 'new_fields'

/** What a source does with fields that its selected streams get. */
const policies = {
  when_all_selected: 'Taken where all fields of the stream are selected',
  include: 'Taken',
  exclude: 'Left out',
} as const
export type NewFieldsPolicy = keyof typeof policies

const standard: NewFieldsPolicy = 'when_all_selected'

export const newFieldsProperty: Omit<PropertyInfo, 'order'> = {
  name: newFieldsName,
  title: 'New fields',
  description: 'What becomes of fields that a later check finds in a selected stream.',
  is_required: false,
  is_credential: false,
  property_type: 'user_provided_advanced',
  affects_authorization: false,
  // Like the schedule: for the app to say.
  in_form: false,
  json_schema: {
    type: 'string',
    oneOf: Object.entries(policies).map(([value, title]) => ({ const: value, title })),
  },
  control: 'select',
  default: standard,
}

export function newFieldsPolicyOf({ [newFieldsName]: given }: Values): NewFieldsPolicy {
  return given !== undefined && Object.hasOwn(policies, given) ? (given as NewFieldsPolicy) : standard
}
