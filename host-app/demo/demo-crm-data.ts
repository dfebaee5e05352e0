import type { CrmField, CrmObject } from '../connectors/demo-crm/demo-crm-api.ts'

const field = (name: string, type: CrmField['type'], rest: Partial<CrmField> = {}): CrmField => ({
  name,
  type,
  is_optional: type !== 'id',
  withheld_because: null,
  ...rest,
})

const times = [
  field('created_at', 'date_time', { is_optional: false }),
  field('updated_at', 'date_time', { is_optional: false }),
]

/** What the accounts of a region hold. */
export function crmObjects(region: 'eu' | 'us'): CrmObject[] {
  const size = region === 'eu' ? 1 : 3
  return [
    {
      name: 'contacts',
      record_count: 1_240 * size,
      changed_field: 'updated_at',
      fields: [
        field('id', 'id'),
        field('first_name', 'text'),
        field('last_name', 'text', { is_optional: false }),
        field('email', 'text'),
        field('company_id', 'text'),
        field('is_subscribed', 'flag', { is_optional: false }),
        field('photo', 'attachment', { withheld_because: 'Files cannot be read through this API.' }),
        ...times,
      ],
    },
    {
      name: 'companies',
      record_count: 310 * size,
      changed_field: 'updated_at',
      fields: [
        field('id', 'id'),
        field('name', 'text', { is_optional: false }),
        field('website', 'text'),
        field('employees', 'number'),
        ...times,
      ],
    },
    {
      name: 'deals',
      record_count: 96 * size,
      changed_field: null,
      fields: [
        field('id', 'id'),
        field('company_id', 'text', { is_optional: false }),
        field('title', 'text', { is_optional: false }),
        field('amount', 'currency'),
        field('stage', 'text', { is_optional: false }),
        field('closes_at', 'date_time'),
      ],
    },
  ]
}
