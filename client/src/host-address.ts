/** Files as a host serves them, and what stands before: the host's address. */
const servedFile = /^(https?:\/\/.+)\/client\/(?:directory|[\w-]*catalog)\.js(?:[?#]|$)/

/**
 * The address of the host: the one that was given; else where this module came from, if a host served it (a copy that a
 * bundler made lies anywhere); else, in Node, what the environment says.
 *
 * @throws TypeError where none of them says it; it names the option
 */
export function hostAddress(option: string, given: string | undefined, moduleUrl: string): string {
  const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env
  const address = given || servedFile.exec(moduleUrl)?.[1] || environment?.['BOBBIN_URL']
  if (!address) {
    throw new TypeError(
      `${option}: the address of your Bobbin host is needed, such as https://connect.example.com (in Node, BOBBIN_URL is read, too)`,
    )
  }
  let url: URL | undefined
  try {
    url = new URL(address)
  } catch {
    // Told below.
  }
  // With a name and password in it nothing can be fetched.
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new TypeError(
      `${option}: it must be an address that begins with http:// or https://, without a user`,
    )
  return url.origin + url.pathname.replace(/\/+$/, '')
}
