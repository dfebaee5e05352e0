/**
 * Keeps what is made of texts that come again and again: from the second time on, since most of what comes once never
 * comes again. `keep` makes sure that what is handed to many cannot be changed by one. Texts of `mostCharacters` in all
 * are kept in mind; then all are forgotten, and a text that is longer is made something of each time.
 */
export function createRepeatedTexts<Made>(
  mostCharacters: number,
  keep: (made: Made) => Made,
): (text: string, make: () => Made) => Made {
  const known = new Map<string, { made: Made } | null>()
  let characters = 0
  return (text, make) => {
    const before = known.get(text)
    if (before) return before.made
    if (before === null) {
      const made = keep(make())
      known.set(text, { made })
      return made
    }
    characters += text.length
    if (characters > mostCharacters) {
      known.clear()
      characters = text.length
    }
    if (characters <= mostCharacters) known.set(text, null)
    return make()
  }
}
