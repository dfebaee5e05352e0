import packageJson from '../package.json' with { type: 'json' }

/**
 * Who asks vendors and providers: name, version and where the operator can be reached, of a page or `mailto:`. Vendors ask for that
 * to be honest, and some answer nobody without it.
 */
export function userAgentOf(contact: string): string {
  // As an address it has nothing in it that a header cannot hold.
  const { protocol, pathname, href } = new URL(contact)
  return `Bobbin/${packageJson.version} (${protocol === 'mailto:' ? pathname : `+${href}`})`
}
