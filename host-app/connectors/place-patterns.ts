/*
 * How settings that name a place in the network are written, for the JSON Schemas of connectors.
 */

/** 1 to 65535, without leading zeros. */
export const portPattern =
  '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'

/** A name or an IPv4 address, or an IPv6 address with or without brackets. No URL, no port, no path. */
export const hostPattern = '^([^\\s/:@\\[\\]]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*\\]?)$'
