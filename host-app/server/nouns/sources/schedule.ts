import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Values } from '@bobbin/shared/setting-rules'
import type { Schedule } from '@bobbin/shared/source'
import { isScheduled } from '../../../connectors/schedule-properties.ts'
import { AppError } from '../../ground/app-error.ts'
import { wholeSeconds } from '../../ground/iso-time.ts'
import { parseQuartz, QuartzError } from './quartz.ts'

const minute = 60_000

/**
 * When a source is run: by its cron expression, else every so many minutes counted from its anchor, else
 * from its creation. null for a type that is not scheduled. Times in milliseconds.
 */
export function scheduleOf(
  info: ConnectorInfo,
  { cron_expression: cron, anchor_time: anchor, frequency_in_minutes: frequency }: Values,
  { createdAt, now }: { createdAt: number; now: number },
): Schedule | null {
  if (!isScheduled(info)) return null
  if (cron) {
    const next = nextFireTime(cron, now)
    return { type: 'cron', cron_expression: cron, next_fire_time: next === null ? null : timestamp(next) }
  }
  const interval = Number(frequency ?? info.default_scheduling_interval)
  const start = anchor ? Date.parse(anchor) : createdAt
  const next =
    now < start ? start : start + (Math.floor((now - start) / (interval * minute)) + 1) * interval * minute
  return { type: 'interval', unit: 'minute', interval, next_fire_time: timestamp(next) }
}

/** The frequency by which a source is run that names none, as one of its properties: Stitch always shows one. */
export function frequencyOf(info: ConnectorInfo): { frequency_in_minutes: string } | null {
  return isScheduled(info) ? { frequency_in_minutes: String(info.default_scheduling_interval) } : null
}

/**
 * Refuses an expression that nothing could be run by.
 * @throws {AppError} InvalidCronExpression, which quotes it and says what is wrong
 */
export function requireCronExpression(expression: string, now: number): void {
  const refuse = (reason: string) =>
    new AppError('InvalidCronExpression', {
      message: `invalid cron_expression (${expression}): ${reason}`,
      data: { bad_properties: ['cron_expression'] },
    })
  try {
    if (parseQuartz(expression)(now) === null) throw refuse('there is no such time to come')
  } catch (error) {
    if (error instanceof QuartzError) throw refuse(error.message)
    throw error
  }
}

/** Next times by expression: to find one can take long (the next 29 February), and lists ask for many. */
const found = new Map<string, { from: number; next: number | null }>()
const mostFound = 1_000

function nextFireTime(expression: string, now: number): number | null {
  const known = found.get(expression)
  if (known && known.from <= now && (known.next === null || now < known.next)) return known.next
  const next = parseQuartz(expression)(now)
  if (found.size >= mostFound) found.clear()
  found.set(expression, { from: now, next })
  return next
}

/** Never before the time itself: who comes when it says would find that it is not yet over. */
const timestamp = (millis: number): string => wholeSeconds(Math.ceil(millis / 1_000) * 1_000)
