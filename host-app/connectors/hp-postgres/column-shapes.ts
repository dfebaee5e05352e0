import { createColumnTypes, type ColumnType } from './column-types.ts'
import { violation } from './message-guard.ts'
import type { PostgresSession } from './session.ts'

/** What a column is, whatever its name: few of them, for however many columns. */
export interface ColumnShape extends ColumnType {
  readonly dimensions: number
  readonly may_read: boolean
}

/** One of those of a session. */
export interface KnownShape extends ColumnShape {
  /** What the catalog says of it: no other has the same. */
  readonly text: string
}

/** Describes columns by what the catalog says of them in one text, each text once in a session. */
export interface ColumnShapes {
  /** Asks for the types of those that are not known yet. */
  load(texts: Iterable<string>): Promise<void>
  /** Of one that was loaded: the same text gives the same object. */
  of(text: string): KnownShape
}

/** Type, modifier (-1: none was declared), dimensions, whether it is never null, whether it may be read. */
const parts = /^(\d+) (-?\d+) (\d+) ([tf]) ([tf])$/

export function createColumnShapes(session: PostgresSession): ColumnShapes {
  const types = createColumnTypes(session)
  const shapes = new Map<string, KnownShape>()
  return {
    async load(texts) {
      const unknown = [...new Set(texts)].filter((text) => !shapes.has(text))
      const read = unknown.map((text) => {
        const [, oid, modifier, dimensions, isNotNull, mayRead] = parts.exec(text) ?? []
        if (oid === undefined) throw violation()
        return { text, oid, modifier: Number(modifier), dimensions: Number(dimensions), isNotNull, mayRead }
      })
      await types.load(read.map(({ oid }) => oid))
      for (const { text, oid, modifier, dimensions, isNotNull, mayRead } of read) {
        const type = types.of(oid)
        shapes.set(text, {
          ...type,
          text,
          modifier: modifier === -1 ? type.modifier : modifier,
          dimensions,
          is_not_null: isNotNull === 't' || type.is_not_null,
          may_read: mayRead === 't',
        })
      }
    },
    of(text) {
      const shape = shapes.get(text)
      if (!shape) throw violation()
      return shape
    },
  }
}
