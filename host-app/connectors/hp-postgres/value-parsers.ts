/** Object ids of the types that our queries answer with. */
const bool = 16
const int4 = 23
const int2Array = 1005

const parsers = new Map<number, (text: string) => unknown>([
  [bool, (text) => text === 't'],
  [int4, Number],
  [int2Array, numbers],
])

/** `{1,2}`, or `[0:1]={1,2}` where the first is not number one. */
function numbers(text: string): number[] {
  const inside = /\{([^{}]*)\}$/.exec(text)?.[1] ?? ''
  return inside === '' ? [] : inside.split(',').map(Number)
}

/** The only values that are read as anything but text; which type it is, the server says. */
export const valueParsers = {
  getTypeParser: (type: number) => parsers.get(type) ?? ((text: string) => text),
}
