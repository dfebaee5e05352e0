/** What of penpal 7.0.6 a page of ours can never reach: its log, and its talk with versions before 7. */
const unreachable = [
  // No `log` is ever given to `connect`.
  [/(?:this\.#)?log\?\.\(/g, 'false && ('],
  // Our wizard is built with the same version.
  [/\w+ === DEPRECATED_PENPAL_PARTICIPANT_ID/g, 'false'],
  [/\w+ !== DEPRECATED_PENPAL_PARTICIPANT_ID/g, 'true'],
  // No method returns transferables, and no call brings them.
  [/value instanceof Reply_default/g, 'false'],
]

/**
 * Tells the minifier which branches of penpal are dead, so that pages do not load them (a fifth of its
 * bytes). Fails when penpal no longer looks as it did: then this list must be read again.
 */
export function trimPenpal() {
  return {
    name: 'trim-penpal',
    transform(code, id) {
      if (!/[\\/]penpal[\\/]/.test(id)) return null
      let trimmed = code
      for (const [pattern, replacement] of unreachable) {
        if (!pattern.test(trimmed)) this.error(`penpal has changed: nothing matches ${pattern}`)
        trimmed = trimmed.replace(pattern, replacement)
      }
      return { code: trimmed, map: null }
    },
  }
}
