import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'

/** Minutes between two runs that a source may be set to; 1 for databases only. */
const frequencies = {
  1: 'Every minute',
  30: 'Every 30 minutes',
  60: 'Every hour',
  360: 'Every 6 hours',
  720: 'Every 12 hours',
  1440: 'Every 24 hours',
} as const

/** The settings that say when a source is run. Every source type that is pulled has them. */
const scheduleNames = ['frequency_in_minutes', 'anchor_time', 'cron_expression'] as const

export function isScheduleName(name: string): boolean {
  return scheduleNames.some((one) => one === name)
}

/** Whether the source is run on a schedule: there is something to read, and a type says how often by default. */
export function isScheduled({ steps, default_scheduling_interval: interval }: ConnectorInfo): boolean {
  return steps.includes('discover_schema') && interval !== null
}

export function frequenciesOf({ category }: Pick<ConnectorInfo, 'category'>): number[] {
  return Object.keys(frequencies)
    .map(Number)
    .filter((minutes) => minutes !== 1 || category === 'Database')
}

/** In their order. */
export function scheduleProperties(info: ConnectorInfo): Omit<PropertyInfo, 'order'>[] {
  const common = {
    is_required: false,
    is_credential: false,
    property_type: 'user_provided_advanced' as const,
    affects_authorization: false,
    // The wizard connects; when the data is read is for the app to say.
    in_form: false,
    group: 'Schedule',
  }
  const frequency: Omit<PropertyInfo, 'order'> = {
    ...common,
    name: 'frequency_in_minutes' satisfies (typeof scheduleNames)[number],
    title: 'Frequency',
    description: 'How often the data is read.',
    json_schema: {
      type: 'string',
      oneOf: frequenciesOf(info).map((minutes) => ({
        const: String(minutes),
        title: frequencies[minutes as keyof typeof frequencies],
      })),
    },
    control: 'select',
    default: String(info.default_scheduling_interval),
  }
  const anchor: Omit<PropertyInfo, 'order'> = {
    ...common,
    name: 'anchor_time' satisfies (typeof scheduleNames)[number],
    title: 'Anchor time',
    description: 'A time in UTC from which the intervals are counted. Nothing is read before it.',
    placeholder: '2026-01-31T06:00:00Z',
    json_schema: {
      type: 'string',
      format: 'date-time',
      maxLength: 30,
      pattern: '^[0-9-]{10}T[0-9:]{6}[0-5][0-9](\\.[0-9]{1,3})?Z$',
    },
  }
  const cron: Omit<PropertyInfo, 'order'> = {
    ...common,
    name: 'cron_expression' satisfies (typeof scheduleNames)[number],
    title: 'Cron expression',
    description:
      'In the form of Quartz, in UTC: seconds, minutes, hours, day of month, month, day of week (1 is Sunday) ' +
      'and, if wanted, year. It rules over frequency and anchor time.',
    placeholder: '0 0 12 ? * MON-FRI *',
    json_schema: { type: 'string', maxLength: 255 },
  }
  return [frequency, anchor, cron]
}
