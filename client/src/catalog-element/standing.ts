import { connectionsOf, type ShownConnection, type ShownConnector } from './shown-catalog.ts'
import type { Words } from './words.ts'

/** How a connection or a connector stands, as a person is told; `action` is what helps, as a button says it. */
export interface Standing {
  readonly kind: 'none' | 'connected' | 'ending' | 'checking' | 'unfinished' | 'problem'
  readonly text: string
  readonly action: string | null
}

export function standingOf({ authorization, problem }: ShownConnection, words: Words): Standing {
  const status = authorization?.status
  if (status === 'active') {
    const by = authorization?.reconnect_by
    if (by === undefined) return { kind: 'connected', text: words.connected, action: null }
    return { kind: 'ending', text: words.reconnectBefore(new Date(by)), action: words.reconnect }
  }
  if (problem) {
    const waits = problem.action === 'wait'
    return {
      kind: 'problem',
      text: waits ? `${problem.message} ${words.waits}` : problem.message,
      action: waits ? null : problem.action === 'edit' ? words.edit : words.reconnect,
    }
  }
  if (status === 'retrieving_tokens') return { kind: 'checking', text: words.checking, action: null }
  if (status === 'error') {
    return { kind: 'problem', text: authorization?.error_message || words.stopped, action: words.repair }
  }
  return { kind: 'unfinished', text: words.unfinished, action: words.finish }
}

const needsPerson: ReadonlySet<Standing['kind']> = new Set(['problem', 'unfinished', 'ending'])

/** What is said of all connections of a connector together: what needs the person comes before what is well. */
export function standingOfAll(connector: ShownConnector, words: Words): Standing {
  const all = connectionsOf(connector).map((connection) => standingOf(connection, words))
  const [first, second] = all
  if (!first) return { kind: 'none', text: '', action: words.connect }
  if (!second) return first
  const needy = all.filter(({ kind }) => needsPerson.has(kind))
  if (needy[0]) {
    return { kind: needy[0].kind, text: words.needsAttention(needy.length, all.length), action: null }
  }
  const busy = all.find(({ kind }) => kind === 'checking')
  return busy ?? { kind: 'connected', text: words.connectedCount(all.length), action: null }
}
