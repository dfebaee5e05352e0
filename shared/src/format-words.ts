const words: Readonly<Record<string, string>> = {
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uri: 'a web address such as https://example.com',
  email: 'an email address',
  date: 'a date such as 2026-01-31',
  'date-time': 'a date and time such as 2026-01-31T00:00:00Z',
  uuid: 'a UUID',
}

/** What a text has to be, in words, for the formats of a JSON Schema of which it may have any. */
export function formatsInWords(formats: readonly string[]): string[] {
  const isAddress = formats.includes('hostname') && formats.some((format) => format.startsWith('ipv'))
  if (isAddress) return ['a host name', 'an IP address']
  return [...new Set(formats.map((format) => words[format] ?? `in the format ${format}`))]
}
