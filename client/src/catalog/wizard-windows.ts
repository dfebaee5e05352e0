import { isBobbinError, type Connect, type SourceResult } from '../index.ts'
import { CatalogError } from './catalog-error.ts'
import type { Catalog, Connection, ConnectionToRepair, WindowOptions } from './catalog-types.ts'
import type { Session } from './session.ts'

interface WindowNeeds {
  readonly connect: Connect
  readonly session: Session
  /** The connection as the host now has it. */
  readonly read: (id: string, signal: AbortSignal) => Promise<Connection>
  readonly onDone: (connection: Connection) => void
}

type Opener = (options: Opened) => Promise<SourceResult>
type Opened = WindowOptions & { readonly ephemeral_token: () => Promise<string> }

export interface WizardWindows extends Pick<Catalog, 'reconnect'> {
  add(type: string, options?: WindowOptions): Promise<Connection>
}

/** The wizard's windows. Nothing is awaited before one opens; what it needs is asked for meanwhile. */
export function wizardWindows({ connect, session, read, onDone }: WindowNeeds): WizardWindows {
  /** Whoever asks for the same window twice is told of its end once. */
  const settled = new WeakMap<Promise<SourceResult>, Promise<Connection>>()

  function open(start: Opener, scope: object, given?: WindowOptions): Promise<Connection> {
    const { default_streams, onEvent } = given ?? {}
    return session.within(given?.signal, (signal) =>
      settle(
        start({
          ephemeral_token: () => mint(scope, signal),
          signal,
          ...(default_streams && { default_streams }),
          ...(onEvent && { onEvent }),
        }),
        given?.signal,
        signal,
      ),
    )
  }

  async function mint(body: object, signal: AbortSignal): Promise<string> {
    const { ephemeral_token } = await session.ask<{ ephemeral_token: string }>({
      path: '/sessions/ephemeral',
      init: {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      },
      signal,
      isWanted: (reply) => typeof reply.ephemeral_token === 'string',
    })
    return ephemeral_token
  }

  function settle(
    flow: Promise<SourceResult>,
    given: AbortSignal | undefined,
    signal: AbortSignal,
  ): Promise<Connection> {
    const known = settled.get(flow)
    if (known) return known
    const connection = flow.then(
      async ({ id }) => {
        const made = await read(String(id), signal)
        onDone(made)
        return made
      },
      (error: unknown) => {
        throw withConnection(error, given)
      },
    )
    settled.set(flow, connection)
    return connection
  }

  /** An error of the wizard, whose ways to go on lead to a connection as well; or, behind it, ours. */
  function withConnection(error: unknown, given: AbortSignal | undefined): unknown {
    if (isBobbinError(error, 'UpgradeEphemeralToken') && error.cause instanceof CatalogError)
      return error.cause
    if (isBobbinError(error)) {
      const ways = error as { resume?: () => Promise<SourceResult>; retry?: () => Promise<SourceResult> }
      for (const name of ['resume', 'retry'] as const) {
        const go = ways[name]
        if (go)
          Object.assign(error, {
            [name]: () => session.within(given, (signal) => settle(go(), given, signal)),
          })
      }
    }
    return error
  }

  return {
    add: (type, options) => open((opened) => connect.addSource({ ...opened, type }), { type }, options),
    reconnect: (connection, options) => {
      const id = connection?.id
      return open(
        (opened) => connect[repairOf(connection)]({ ...opened, id }),
        { source_id: Number(id) },
        options,
      )
    },
  }
}

type Repair = 'authorizeSource' | 'editSource' | 'displayDiscoveryOutputForSource' | 'selectStreamsForSource'

/** The way into the wizard that mends a connection. Only a connector with a sign-in at its provider has a client there. */
function repairOf({ problem, step, authorization }: ConnectionToRepair): Repair {
  if (problem?.action === 'edit' || step === 'form') return 'editSource'
  if (problem?.action === 'reconnect' || step === 'oauth') return 'authorizeSource'
  if (step === 'discover_schema') return 'displayDiscoveryOutputForSource'
  if (step === 'field_selection') return 'selectStreamsForSource'
  return authorization?.reconnect_by || authorization?.authorizer?.client_id
    ? 'authorizeSource'
    : 'editSource'
}
