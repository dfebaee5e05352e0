const days = new Intl.DateTimeFormat('en', { dateStyle: 'long' })

/** The day of a moment, where the person is: `December 14, 2026`. */
export function dayOf(time: string): string {
  return days.format(new Date(time))
}
