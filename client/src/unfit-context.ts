/**
 * Why no flow can be run from here, found out before anything is asked of the host: a browser that lacks what
 * the oldest supported ones have (README names them), or a page without an origin, which no list can allow.
 */
export function unfitContext(): 'UnsupportedBrowser' | 'SandboxedContext' | null {
  if (!('TextDecoderStream' in globalThis && 'timeout' in AbortSignal)) return 'UnsupportedBrowser'
  return globalThis.origin === 'null' && location.protocol !== 'file:' ? 'SandboxedContext' : null
}
