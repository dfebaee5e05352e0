/**
 * The host that the running script tag names: its `data-host`, or its own origin when it is one of the
 * files that a host app serves under `/client/`. Undefined in modules, workers and on servers.
 */
export function scriptHost(): string | undefined {
  const script = globalThis.document?.currentScript as HTMLScriptElement | null | undefined
  return script?.dataset.host ?? /^(.+)\/client\/[^/]+\.umd\./.exec(script?.src ?? '')?.[1]
}
