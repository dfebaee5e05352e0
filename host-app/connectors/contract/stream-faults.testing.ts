import { discoveredStream, replicationMethods, type DiscoveredStream } from '@bobbin/shared/catalog'

/** What is wrong with a stream, by Singer's rules and ours. */
export function streamFaults(stream: DiscoveredStream): string[] {
  const parsed = discoveredStream.safeParse(stream)
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const faults: string[] = []
  const expectThat = (isTrue: boolean, fault: string) => void (isTrue || faults.push(fault))
  const names = Object.keys(stream.schema.properties)
  const whole = stream.metadata.filter(({ breadcrumb }) => breadcrumb.length === 0)
  const fields = new Map(
    stream.metadata.flatMap(({ breadcrumb, metadata }) =>
      breadcrumb.length === 2 && breadcrumb[0] === 'properties' ? [[breadcrumb[1] ?? '', metadata]] : [],
    ),
  )
  expectThat(whole.length === 1, 'one entry of metadata must be for the stream itself')
  expectThat(
    fields.size === names.length && names.every((name) => fields.has(name)),
    'each field needs metadata',
  )
  const about = whole[0]?.metadata ?? {}
  const key = about['table-key-properties']
  const isNameList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => names.includes(name))
  expectThat(isNameList(key), 'table-key-properties must name fields')
  const replicationKeys = about['valid-replication-keys']
  expectThat(
    replicationKeys === undefined || isNameList(replicationKeys),
    'valid-replication-keys must name fields',
  )
  const forced = about['forced-replication-method']
  expectThat(
    forced === undefined || replicationMethods.some((method) => method === forced),
    'forced-replication-method must be a method',
  )
  for (const [name, metadata] of fields) {
    const { inclusion } = metadata
    expectThat(
      inclusion === 'available' || inclusion === 'automatic' || inclusion === 'unsupported',
      `${name}: inclusion is missing`,
    )
    expectThat(
      !isNameList(key) || !key.includes(name) || inclusion === 'automatic',
      `${name}: a key field must be automatic`,
    )
    expectThat(
      inclusion !== 'unsupported' || typeof metadata['unsupported-description'] === 'string',
      `${name}: what is unsupported needs a reason`,
    )
    expectThat(!('selected' in metadata), `${name}: selected is for the user to write`)
  }
  return faults
}
