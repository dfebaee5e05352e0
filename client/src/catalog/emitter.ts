import type { Catalog, CatalogEvents } from './catalog-types.ts'

type Type = keyof CatalogEvents
type Listener<Of extends Type> = (payload: CatalogEvents[Of]) => void

export interface Emitter extends Pick<Catalog, 'on' | 'off'> {
  emit<Of extends Type>(type: Of, payload: CatalogEvents[Of]): void
}

/** Listeners of one catalog. xkit's throws for a function that is on already, or is not; a page drawn twice would break. */
export function createEmitter(): Emitter {
  const listeners: { readonly [type in Type]: Set<Listener<never>> } = {
    'connection:enable': new Set(),
    'connection:remove': new Set(),
    'config:update': new Set(),
  }

  function of(type: Type): Set<Listener<never>> {
    const found = Object.hasOwn(listeners, type) && listeners[type]
    if (found) return found
    throw new TypeError(`There is no event ${type}, only ${Object.keys(listeners).join(', ')}.`)
  }

  return {
    on(type, fn) {
      if (typeof fn !== 'function') throw new TypeError(`${type}: a function is needed`)
      of(type).add(fn)
      return () => void of(type).delete(fn)
    },
    off: (type, fn) => void of(type).delete(fn),
    emit(type, payload) {
      const ofType = of(type) as Set<Listener<typeof type>>
      // Each in a task of its own: what a page's function throws is not ours to catch, and keeps no other from being told.
      for (const fn of ofType) queueMicrotask(() => ofType.has(fn) && fn(payload))
    },
  }
}
