import { z } from 'zod'
import { unfitForNames } from './clean-name.ts'

/** A name, or a line about something, that a customer gives: shown to other people beside our own words. */
export const givenName = z.string().regex(new RegExp(`^[^${unfitForNames}]*$`), {
  error: 'This must not hold control characters or characters that change the direction of text.',
})
