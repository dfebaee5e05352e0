/**
 * What browsers have got since the oldest that we support (Chrome 107, Firefox 107, Safari 16.1; README), by who owns it: neither
 * client nor wizard may need any of it. Not the whole list of the world, but all that code like ours would reach for.
 */
export const newerApis: Readonly<Record<string, readonly string[]>> = {
  AbortSignal: ['any'],
  Array: ['fromAsync'],
  'Array.prototype': ['toReversed', 'toSorted', 'toSpliced', 'with'],
  'ArrayBuffer.prototype': ['transfer', 'transferToFixedLength'],
  'Element.prototype': ['checkVisibility', 'getHTML', 'setHTMLUnsafe'],
  Error: ['isError'],
  'HTMLDialogElement.prototype': ['requestClose'],
  'HTMLElement.prototype': ['hidePopover', 'showPopover', 'togglePopover'],
  'HTMLSelectElement.prototype': ['showPicker'],
  'Headers.prototype': ['getSetCookie'],
  Intl: ['DurationFormat', 'Segmenter'],
  'Document.prototype': ['startViewTransition'],
  'Iterator.prototype': [
    'drop',
    'every',
    'filter',
    'find',
    'flatMap',
    'map',
    'reduce',
    'some',
    'take',
    'toArray',
  ],
  JSON: ['isRawJSON', 'rawJSON'],
  Map: ['groupBy'],
  Math: ['f16round', 'sumPrecise'],
  'Navigator.prototype': ['userActivation'],
  Object: ['groupBy'],
  Promise: ['try', 'withResolvers'],
  ReadableStream: ['from'],
  RegExp: ['escape'],
  Response: ['json'],
  'Set.prototype': [
    'difference',
    'intersection',
    'isDisjointFrom',
    'isSubsetOf',
    'isSupersetOf',
    'symmetricDifference',
    'union',
  ],
  'String.prototype': ['isWellFormed', 'toWellFormed'],
  URL: ['canParse', 'parse'],
  'URLSearchParams.prototype': ['size'],
  Uint8Array: ['fromBase64', 'fromHex'],
  'Uint8Array.prototype': ['toBase64', 'toHex'],
  globalThis: [
    'CloseWatcher',
    'CompressionStream',
    'Float16Array',
    'Iterator',
    'URLPattern',
    'navigation',
    'scheduler',
  ],
}

/** Runs inside of a page, before all else: takes these away, and says of which it could not. */
export function takeAway(apis: Readonly<Record<string, readonly string[]>>): void {
  const left: string[] = []
  for (const [path, names] of Object.entries(apis)) {
    const owner = path
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], globalThis)
    if (!(owner instanceof Object)) continue
    for (const name of names) {
      Reflect.deleteProperty(owner, name)
      if (name in owner) left.push(`${path}.${name}`)
    }
  }
  if (left.length > 0) console.error('still there', ...left)
}
