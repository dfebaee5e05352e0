import { hash } from 'node:crypto'
import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'

/**
 * What a stream is made of, its schema and its fields' metadata, as texts. Databases of very many tables have the same few
 * over and over, so a source has each of them once.
 */
export interface StreamMake {
  readonly schema: string
  /** JSON array of entries. */
  readonly fields: string
  /** Of both texts. */
  readonly hash: string
}

/** Characters of a hash: half of SHA-256. It lies in an index in no order, which is written anew with each commit. */
const hashLength = 22

export function writeMake(schema: DiscoveredStream['schema'], fields: readonly MetadataEntry[]): StreamMake {
  const texts = { schema: JSON.stringify(schema), fields: JSON.stringify(fields) }
  const whole = hash('sha256', `${texts.schema}\n${texts.fields}`, 'base64url')
  return { ...texts, hash: whole.slice(0, hashLength) }
}
