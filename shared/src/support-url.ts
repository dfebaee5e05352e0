import { z } from 'zod'

/** Where people get help: a page, or a letter to somebody. It becomes a link, so nothing else may be in it. */
export const supportUrl = z
  .string()
  .trim()
  .max(500)
  .refine(
    (text) => {
      const url = URL.parse(text)
      if (url?.protocol === 'mailto:') return /^[^@]+@[^@]+$/.test(url.pathname)
      return url !== null && /^https:\/\//i.test(text)
    },
    { error: 'must be an https address or mailto:somebody@somewhere' },
  )
