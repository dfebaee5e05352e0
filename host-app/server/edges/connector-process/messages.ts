import { checkPhases } from '@bobbin/shared/check'
import { cleanName } from '@bobbin/shared/clean-name'
import { checkErrorCodes } from '@bobbin/shared/errors'
import { vendorOptionsPage } from '@bobbin/shared/vendor-options'
import { z } from 'zod'

/**
 * What server and connector process say to each other: one JSON text a line, each side parsing what the
 * other wrote. Nothing else crosses.
 */

/** What a process is started with. No secret: command lines are for everybody to read. */
export const childSetup = z.strictObject({
  demoCrmUrl: z.string().nullable(),
  /** Absolute paths. */
  connectorModules: z.array(z.string()).readonly(),
  allowPrivateNetworks: z.boolean(),
  /** Who asks vendors: a name, and where the operator can be reached. */
  userAgent: z.string().optional(),
  /** Of a process that may start programs: the one folder that it may write in. */
  folder: z.string().optional(),
})
export type ChildSetup = z.infer<typeof childSetup>

/** The operator's connectors, as the first process found them: the others need not find out again. */
const foundModules = z.strictObject({
  /** Each module's path by its connector's type. */
  paths: z.record(z.string(), z.string()),
  /** What is left of their TypeScript without the types, by URL. */
  sources: z.record(z.string(), z.string()),
  /** The types that start programs. */
  programs: z.array(z.string()).readonly(),
})
export type FoundModules = z.infer<typeof foundModules>

/** The first line to a process. Null: it is not for a task, and shall find the operator's connectors. */
export const firstLine = foundModules.nullable()

const connectorGrant = z.strictObject({
  accessToken: z.string(),
  kept: z.record(z.string(), z.string()),
  scopes: z.array(z.string()).readonly(),
  externalAccount: z.string().nullable(),
  others: z
    .record(z.string(), z.strictObject({ accessToken: z.string(), scopes: z.array(z.string()).readonly() }))
    .optional(),
})

/** The one thing that a process does, its second line. A third, whatever it is, means "stop". */
export const connectorTask = z.strictObject({
  type: z.string(),
  /**
   * `check`: check, name the account, discover. `afterExchange`: what else belongs to a grant. `identify`: name the account.
   * `options`: what a setting can be. `beforeDisconnect`: clean up.
   */
  calls: z.enum(['check', 'afterExchange', 'identify', 'options', 'beforeDisconnect']),
  /** With `options`: which. */
  question: z
    .strictObject({ property: z.string(), query: z.string(), cursor: z.string().nullable() })
    .optional(),
  settings: z.record(z.string(), z.string()),
  grant: connectorGrant.nullable(),
})
export type ConnectorTask = z.infer<typeof connectorTask>

/** Which kind of error it was, and not a word of its text. */
const errorKind = z.object({ name: z.string().max(200), code: z.string().max(40).nullable() })
export type ErrorKind = z.infer<typeof errorKind>

/** A name for people, in the vendor's words. */
const externalAccount = z.string().transform((name) => cleanName(name).slice(0, 200))

/** A handful of short texts. */
const lookedUp = z
  .record(z.string().max(100), z.string().max(1_000))
  .refine((found) => Object.keys(found).length <= 20)

export const childMessage = z.discriminatedUnion('type', [
  /** The first word: whatever happens from here on, the process could be started. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('phase'), phase: z.enum(checkPhases) }),
  z.object({ type: z.literal('log'), line: z.string() }),
  /** A program has changed the config of the source: as it left it. What may change is for whoever stores it to say. */
  z.object({ type: z.literal('config'), config: z.record(z.string(), z.unknown()) }),
  /** Looked at more closely by whoever stores it. */
  z.object({ type: z.literal('stream'), stream: z.unknown() }),
  /** Naming the account broke, and everything else went on. */
  z.object({ type: z.literal('unnamed'), error: errorKind }),
  z.object({
    type: z.literal('done'),
    externalAccount: externalAccount.nullable(),
    discovered: z.boolean(),
    options: vendorOptionsPage.nullable(),
    lookedUp: lookedUp.nullable(),
  }),
  /** The connector said why. */
  z.object({
    type: z.literal('failed'),
    code: z.enum(checkErrorCodes),
    field: z.string().nullable(),
    detail: z.string().nullable(),
    role: z.string().nullable(),
  }),
  /** The connector threw something else; with `dies` it broke outside of what it was asked for. */
  z.object({ type: z.literal('broken'), error: errorKind, dies: z.boolean() }),
  /** The connectors could not be loaded. Said before any task, so its text has no secret. */
  z.object({ type: z.literal('unable'), reason: z.string() }),
  /** The only answer of a process that is not for a task. */
  foundModules.extend({ type: z.literal('found') }),
])
export type ChildMessage = z.infer<typeof childMessage>

/** One message at most. A table of 1,600 columns with the longest names is about one megabyte. */
export const mostBytesPerMessage = 8 * 1024 * 1024

/** All that one task may answer: streams, and bytes of them. */
export const mostStreams = 250_000
export const mostBytes = 2 * 1024 ** 3

/** Messages that are no streams; a process that says more has lost its way. It says less by itself. */
export const mostOtherMessages = 2_000
export const mostReports = 1_000
export const longestLogLine = 2_000
