/** 1 to 65535, without leading zeros. */
export const portPattern =
  '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'

/** A name or an IPv4 address, or an IPv6 address with or without brackets. No URL, no port, no path. */
export const hostPattern = '^([^\\s/:@\\[\\]]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*\\]?)$'

/** Seconds, 1 to 120. */
export const timeoutPattern = '^([1-9][0-9]?|1[01][0-9]|120)$'

/** How a block in PEM form looks, as a placeholder. */
export const pemOutline = (label: string) => `-----BEGIN ${label}----- … -----END ${label}-----`

/** The server reads it. */
export const pemChain = 'application/pem-certificate-chain'

const inPem = '(?:[A-Za-z0-9+/=\\s]|\\\\[rn])+'

/** Line breaks may have become anything that they become on the way; what is between them may not. */
export const certificatePattern = `-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----${inPem}-----END (?:X509 |TRUSTED )?CERTIFICATE-----`

export const keyPattern =
  '-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\\s\\S]+-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----'
