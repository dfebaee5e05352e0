/** Object ids of the types that our queries answer with. */
const bool = 16
const int4 = 23

const parsers = new Map<number, (text: string) => unknown>([
  [bool, (text) => text === 't'],
  [int4, Number],
])

/** The only values that are read as anything but text; which type it is, the server says. */
export const valueParsers = {
  getTypeParser: (type: number) => parsers.get(type) ?? ((text: string) => text),
}
