/**
 * Something that is made of an object and of what belongs to it, once for as long as these are the very same. Of an object
 * that is not frozen it is made each time: it may be another by then, or is not going to be seen again.
 */
export function onceForEach<Whole extends object, Part, Made>(
  make: (whole: Whole, parts: readonly Part[]) => Made,
): (whole: Whole, parts: readonly Part[]) => Made {
  const known = new WeakMap<Whole, { parts: readonly Part[]; made: Made }>()
  return (whole, parts) => {
    if (!Object.isFrozen(whole)) return make(whole, parts)
    const before = known.get(whole)
    if (before && isSame(before.parts, parts)) return before.made
    const made = make(whole, parts)
    known.set(whole, { parts, made })
    return made
  }
}

function isSame<Part>(one: readonly Part[], other: readonly Part[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index])
}
