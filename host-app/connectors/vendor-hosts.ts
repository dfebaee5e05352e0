/**
 * The hosts of one vendor. Endpoints and API calls that a setting takes part in go to these alone: otherwise whoever fills
 * in the form says where our client's secret and the grant are sent.
 *
 * A pattern is a host (`login.acme.test`) or all below one (`*.acme.test`, any number of labels, at least one), each with
 * a port where it is not that of https.
 */
export type HostPattern = string

/**
 * Whether a request may go to this address: https, of one of the hosts, without a name or password in it. http is for
 * this machine alone.
 */
export function isVendorAddress(url: URL, hosts: readonly HostPattern[]): boolean {
  const { protocol, hostname, host, username, password } = url
  if (username !== '' || password !== '') return false
  if (protocol !== 'https:' && !(protocol === 'http:' && isThisMachine(hostname))) return false
  return isVendorHost(host, hosts)
}

/** `host` as in a URL: in small letters, with a port where it is not the scheme's own. */
export function isVendorHost(host: string, hosts: readonly HostPattern[]): boolean {
  return hosts.some((pattern) =>
    pattern.startsWith('*.') ? isBelow(host, pattern.slice(1)) : host === pattern,
  )
}

/** Labels of any number before `.acme.test`, none of them empty. */
function isBelow(host: string, suffix: string): boolean {
  const below = host.slice(0, -suffix.length)
  return host.endsWith(suffix) && below.split('.').every((label) => label !== '')
}

function isThisMachine(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** What is wrong with a pattern; null when nothing is. */
export function hostPatternFault(pattern: HostPattern): string | null {
  const host = pattern.startsWith('*.') ? pattern.slice(2) : pattern
  if (host.includes('*') || URL.parse(`https://${host}/`)?.host !== host) {
    return `"${pattern}" is no host as a URL has it`
  }
  // One label is a whole registry's: everybody may have a name below `.test`.
  const isWide = pattern.startsWith('*.') && !host.includes('.') && !/^localhost(?::|$)/.test(host)
  return isWide ? `"${pattern}" is not of one vendor` : null
}
