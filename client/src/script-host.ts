/** The host that the running script tag names. Undefined in modules, workers and on servers. */
export function taggedHost(): string | undefined {
  return currentScript()?.dataset.host
}

/** The same, or the tag's own origin when it loads one of the files that a host serves under `/client/`. */
export function scriptHost(): string | undefined {
  return taggedHost() ?? /^(.+)\/client\/[^/]+\.umd\./.exec(currentScript()?.src ?? '')?.[1]
}

function currentScript(): HTMLScriptElement | null | undefined {
  return globalThis.document?.currentScript as HTMLScriptElement | null | undefined
}
