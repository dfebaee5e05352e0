import { Cron } from 'croner'

/** The expression cannot be used. The message says why, in words that go on from the expression. */
export class QuartzError extends Error {
  override readonly name = 'QuartzError'
}

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
  /** Words for the values, from `least` on. */
  readonly words?: readonly string[]
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const seconds: Field = { name: 'seconds', least: 0, most: 59 }
const minutes: Field = { name: 'minutes', least: 0, most: 59 }
const hours: Field = { name: 'hours', least: 0, most: 23 }
const dayOfMonth: Field = { name: 'day of month', least: 1, most: 31 }
const month: Field = { name: 'month', least: 1, most: 12, words: months }
const dayOfWeek: Field = { name: 'day of week', least: 1, most: 7, words: days }
const year: Field = { name: 'year', least: 1970, most: 2099 }
const fields = [seconds, minutes, hours, dayOfMonth, month, dayOfWeek, year]

/**
 * Reads an expression as Quartz does, in UTC, and returns what finds the first time after another (both in
 * milliseconds; null: never again). Every entry is checked and spelled out here, because croner knows
 * neither `?`, nor `5/15`, `22-2` and `L-3`; what fires when is croner's work.
 * @throws {QuartzError}
 */
export function parseQuartz(expression: string): (after: number) => number | null {
  const texts = expression.trim().toUpperCase().split(/\s+/)
  if (texts.length < 6 || texts.length > 7) {
    const count = expression.trim() === '' ? 0 : texts.length
    throw new QuartzError(
      `it has ${count} ${count === 1 ? 'field' : 'fields'}, and needs 6 or 7: ` +
        'seconds, minutes, hours, day of month, month, day of week and, if wanted, year',
    )
  }
  const [dayText = '', weekdayText = ''] = [texts[3], texts[5]]
  if ((dayText === '?') === (weekdayText === '?')) {
    throw new QuartzError('either day of month or day of week has to be ?, and not both')
  }
  const fromLast = daysFromLast(dayText)
  const spelled = texts.map((text, index) => {
    if (text === '?' && (index === 3 || index === 5)) return '*'
    return index === 3 && fromLast > 0 ? 'L' : spellField(fields[index] ?? year, text)
  })
  const cron = new Cron(spelled.join(' '), {
    mode: '6-or-7-parts',
    alternativeWeekdays: true,
    utcOffset: 0,
    dayOffset: -fromLast,
    paused: true,
  })
  return (after) => cron.nextRun(new Date(after))?.getTime() ?? null
}

/** `L-3`: three days before the last of the month. 0 where the day is said in another way. */
function daysFromLast(text: string): number {
  const [, count] = /^L-(\d{1,2})$/.exec(text) ?? []
  if (count === undefined) return 0
  // Every month has 28 days: further back might be another month.
  if (Number(count) < 1 || Number(count) > 27) throw new QuartzError(`L- goes from L-1 to L-27, not ${text}`)
  return Number(count)
}

function spellField(field: Field, text: string): string {
  const entries = text.split(',').map((entry) => spellEntry(field, entry))
  return entries.includes('*') ? '*' : entries.join(',')
}

/** One entry of a list in the words of croner: `*`, one of the special days, or all its values. */
function spellEntry(field: Field, entry: string): string {
  if (entry === '*') return '*'
  const special =
    field === dayOfMonth ? specialDay(entry) : field === dayOfWeek ? specialWeekday(entry) : null
  if (special !== null) return special
  const [, start, end, step] = /^(\*|\w+)?(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(entry) ?? []
  const isAll = start === '*' || (start === undefined && step !== undefined)
  if ((start === undefined && step === undefined) || (isAll && end !== undefined)) {
    throw new QuartzError(`the ${field.name} cannot be "${entry}"`)
  }
  const from = isAll ? field.least : valueOf(field, start ?? '')
  const isOne = end === undefined && step === undefined
  const to = isOne ? from : end === undefined ? field.most : valueOf(field, end)
  const every = Number(step ?? 1)
  const size = field.most - field.least + 1
  if (every < 1 || every > size) {
    throw new QuartzError(`the steps of the ${field.name} go from 1 to ${size}, not ${every}`)
  }
  if (to < from && field === year) throw new QuartzError(`the year cannot go from ${from} back to ${to}`)
  const values: number[] = []
  // FRI-MON and 22-2 go on at the start again.
  for (let value = from; value <= (to < from ? to + size : to); value += every) {
    values.push(field.least + ((value - field.least) % size))
  }
  return values.join(',')
}

/** `L`, `LW`, `15W`. */
function specialDay(entry: string): string | null {
  if (entry === 'L' || entry === 'LW') return entry
  const [, day] = /^(\d{1,2})W$/.exec(entry) ?? []
  return day === undefined ? null : `${valueOf(dayOfMonth, day)}W`
}

/** `L` (Saturday, as Quartz has it), `6L`, `FRIL`, `6#3`. */
function specialWeekday(entry: string): string | null {
  if (entry === 'L') return '7'
  const [, day = '', isLast, number] = /^(\w+?)(?:(L)|#(\d{1,2}))$/.exec(entry) ?? []
  if (day === '') return null
  if (isLast) return `${valueOf(dayOfWeek, day)}L`
  if (Number(number) < 1 || Number(number) > 5) {
    throw new QuartzError(`a month has a first to a fifth day of a week (#1 to #5), not "${entry}"`)
  }
  return `${valueOf(dayOfWeek, day)}#${Number(number)}`
}

function valueOf({ name, least, most, words = [] }: Field, text: string): number {
  const index = words.indexOf(text)
  if (index >= 0) return least + index
  if (!/^\d{1,4}$/.test(text)) throw new QuartzError(`the ${name} cannot be "${text}"`)
  const value = Number(text)
  if (value < least || value > most) {
    throw new QuartzError(`${name} must be from ${least} to ${most}, not ${text}`)
  }
  return value
}
