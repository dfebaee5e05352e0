import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { discoveredStream, replicationMethods, type DiscoveredStream } from '@bobbin/shared/catalog'
import { checkPhases, type CheckPhase } from '@bobbin/shared/check'
import { checkErrorCodes, type CheckErrorCode } from '@bobbin/shared/errors'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { missingSettings } from '@bobbin/shared/setting-rules'
import { ConnectorError, type Connector, type ConnectorContext } from './connector.ts'
import { vendorOptionsPage } from '@bobbin/shared/vendor-options'
import { unboundPlaces } from './bindings.ts'
import { connectorFaults } from './connector-rules.ts'
import { isVendorAddress } from './vendor-hosts.ts'
import { valueFault } from './value-fault.ts'

/** What a connector is run with; the rest of its context the suite provides. */
export type Situation = Pick<
  ConnectorContext,
  'settings' | 'grant' | 'fetch' | 'resolveHost' | 'resolveAddresses'
>

export interface ConnectorFixtures {
  /** Settings that a person could enter. */
  readonly example: Readonly<Record<string, string>>
  /** Values that the settings must refuse, by property. */
  readonly junk: Readonly<Record<string, readonly string[]>>
  /** Where check and discovery succeed. Required with `check` or `discover`. */
  readonly working?: () => Situation
  /** Every failure that can be produced, by name. */
  readonly failures?: Readonly<Record<string, Failure>>
  /** Choices that the vendor has for a setting with `vendor_options`: some of their values, by property. */
  readonly options?: Readonly<Record<string, readonly string[]>>
  /** Never to be seen in an error, a log line or a stream. */
  readonly secrets?: () => readonly string[]
}

export interface Failure {
  readonly code: CheckErrorCode
  readonly field: string | null
  readonly situation: () => Situation
}

/** The suite that every connector runs. */
export function describeConnector(connector: Connector, fixtures: ConnectorFixtures): void {
  describe(`the connector ${connector.info.type}`, () => {
    it('is what it says it is', () => {
      expect(connectorFaults(connector)).toEqual([])
    })
    it('says what its streams are to its users, where they choose among them', () => {
      const { steps, stream_noun: noun } = connector.info
      expect(noun !== undefined).toBe(steps.includes('field_selection'))
    })
    it('says how far it was tried, where it is offered as finished', () => {
      const { stage, verified } = connector.info
      expect(stage === 'alpha' || verified !== undefined).toBe(true)
    })
    it('says which settings its secrets belong to', () => {
      expect(unboundPlaces(connector.info)).toEqual([])
    })
    describeSettings(connector.info.properties, fixtures)
    if (connector.check || connector.discover) describeRuns(connector, fixtures)
    describeOptions(connector, fixtures)
  })
}

function describeSettings(properties: readonly PropertyInfo[], { example, junk }: ConnectorFixtures): void {
  it('accepts the example settings', () => {
    const refused = properties.filter((property) => {
      const value = example[property.name]
      return value !== undefined && valueFault(property, value) !== null
    })
    expect(refused.map(({ name }) => name)).toEqual([])
    expect(missingSettings(properties, example, new Set())).toEqual({})
    expect(properties.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(example)))
  })

  for (const [name, values] of Object.entries(junk)) {
    it.each(values)(`refuses ${name} %j`, (value) => {
      const property = properties.find((candidate) => candidate.name === name)
      expect(property && valueFault(property, value)).toMatchObject({ rule: expect.any(String) })
    })
  }
}

function describeRuns(connector: Connector, fixtures: ConnectorFixtures): void {
  const { working, failures = {}, secrets = () => [] } = fixtures
  if (!working) throw new Error('A connector that checks or discovers needs a `working` situation.')

  it('checks and discovers where all is well, and reports the phases in order', async () => {
    const run = await runConnector(connector, working())
    expect(run.error).toBeNull()
    expect(run.phases).toEqual(run.phases.toSorted((a, b) => checkPhases.indexOf(a) - checkPhases.indexOf(b)))
    expectNoSecret(run, secrets())
  })

  if (connector.afterExchange) {
    it('looks up of a grant what it says it does, at the vendor', async () => {
      const signal = AbortSignal.timeout(30_000)
      const report = { phase: () => {}, log: () => {} }
      const context = { ...working(), fetch: heeding(connector, working().fetch), signal, report }
      const found = await connector.afterExchange?.(context)
      expect(Object.keys(found ?? {}).toSorted()).toEqual(
        [...(connector.oauth?.keptLookups ?? [])].toSorted(),
      )
      const addresses = Object.values(found ?? {}).filter((value) => value.includes('//'))
      for (const url of addresses) expect(isVendorAddress(new URL(url), connector.hosts ?? [])).toBe(true)
      const reason = new Error('enough')
      const aborted = { ...context, signal: AbortSignal.abort(reason) }
      await expect(async () => connector.afterExchange?.(aborted)).rejects.toBe(reason)
    })
  }

  if (connector.discover) {
    it('yields a valid Singer catalog', async () => {
      const { streams } = await runConnector(connector, working())
      expect(streams.length).toBeGreaterThan(0)
      const ids = streams.map((stream) => stream.tap_stream_id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const stream of streams)
        expect({ of: stream.tap_stream_id, faults: streamFaults(stream) }).toEqual({
          of: stream.tap_stream_id,
          faults: [],
        })
    })

    it('stops soon after an abort between two streams', async () => {
      const abort = new AbortController()
      const reason = new Error('enough')
      const run = await runConnector(connector, working(), {
        signal: abort.signal,
        onStream: () => abort.abort(reason),
      })
      expect(run.streams.length).toBeLessThanOrEqual(1)
      expect(run.error).toBe(reason)
    })
  }

  it('does nothing when it was aborted before', async () => {
    const reason = new Error('enough')
    const run = await runConnector(connector, working(), { signal: AbortSignal.abort(reason) })
    expect(run).toMatchObject({ error: reason, streams: [] })
  })

  for (const [name, failure] of Object.entries(failures)) {
    it(`tells ${name} as ${failure.code}${failure.field ? ` at ${failure.field}` : ''}`, async () => {
      const run = await runConnector(connector, failure.situation())
      expect(run.error).toBeInstanceOf(ConnectorError)
      expect(run.error).toMatchObject({ code: failure.code, field: failure.field })
      expect(checkErrorCodes).toContain(failure.code)
      expectNoSecret(run, secrets())
    })
  }
}

/** Choices are told to their end, each once, and stop where they are told to. */
function describeOptions(connector: Connector, { options = {}, working }: ConnectorFixtures): void {
  const names = connector.info.properties.filter((one) => one.vendor_options).map(({ name }) => name)
  it('has fixtures for the choices of its settings', () => {
    expect(Object.keys(options).toSorted()).toEqual(names.toSorted())
  })
  const ask = (property: string, cursor: string | null, signal = AbortSignal.timeout(30_000)) => {
    const report = { phase: () => {}, log: () => {} }
    const context = { ...(working?.() ?? neverRun()), signal, report }
    return connector.options?.(context, { property, query: '', cursor })
  }

  it.each(names)('tells the choices for %s, page by page', async (property) => {
    const values: string[] = []
    const cursors = new Set<string | null>()
    for (let cursor: string | null = null; !cursors.has(cursor);) {
      cursors.add(cursor)
      const page = await ask(property, cursor)
      const { data } = vendorOptionsPage.parse({ data: page?.options, next_cursor: page?.nextCursor })
      values.push(...data.map(({ value }) => value))
      if (page?.nextCursor === null) cursors.add('the end')
      cursor = page?.nextCursor ?? 'the end'
    }
    expect(cursors).toContain('the end')
    expect(new Set(values).size).toBe(values.length)
    expect(values).toEqual(expect.arrayContaining([...(options[property] ?? [])]))
  })

  it.each(names)('asks for no choices for %s once it was aborted', async (property) => {
    const reason = new Error('enough')
    await expect(async () => ask(property, null, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
}

function neverRun(): never {
  throw new Error('A connector with choices needs a `working` situation.')
}

export interface ConnectorRun {
  streams: DiscoveredStream[]
  phases: CheckPhase[]
  lines: string[]
  error: unknown
}

/** Checks, then discovers, and gathers all that came out. `phases` are those of the last of the two. */
export async function runConnector(
  connector: Connector,
  situation: Situation,
  { signal = AbortSignal.timeout(30_000), onStream }: { signal?: AbortSignal; onStream?: () => void } = {},
): Promise<ConnectorRun> {
  const run: ConnectorRun = { streams: [], phases: [], lines: [], error: null }
  const report = {
    phase: (phase: CheckPhase) => void run.phases.push(phase),
    log: (line: string) => void run.lines.push(line),
  }
  const context: ConnectorContext = {
    ...situation,
    fetch: heeding(connector, situation.fetch),
    signal,
    report,
  }
  try {
    await connector.check?.(context)
    if (!connector.discover) return run
    run.phases = []
    for await (const stream of connector.discover(context)) {
      run.streams.push(stream)
      onStream?.()
    }
  } catch (error) {
    run.error = error
  }
  return run
}

/** A connector that names its hosts must not even try another: the server would refuse it. */
function heeding({ hosts }: Connector, dial: typeof fetch): typeof fetch {
  if (!hosts) return dial
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!isVendorAddress(url, hosts)) throw new Error(`${url.host} is not among the connector's hosts.`)
    return dial(input, init)
  }
}

/** What is wrong with a stream, by Singer's rules and ours. */
function streamFaults(stream: DiscoveredStream): string[] {
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

function expectNoSecret(run: ConnectorRun, secrets: readonly string[]): void {
  const shown = inspect(run, {
    depth: Infinity,
    maxArrayLength: null,
    maxStringLength: null,
    showHidden: true,
  })
  for (const secret of secrets) expect(shown.includes(secret), 'a secret came out').toBe(false)
}
