import { z } from 'zod'
import { webOrigin } from './account.ts'
import { byName } from './by-name.ts'
import { check } from './check.ts'
import { replicationMethod, streamAccess } from './catalog.ts'
import { claimReply, claimRequest, flowState } from './flow.ts'
import { givenName } from './given-name.ts'
import { settingFaults } from './setting-faults.ts'
import { longestSearch, mostRules } from './selection-rules.ts'
import { properties, sourceId } from './source.ts'
import { wizardSteps } from './steps.ts'
import { vendorOptionsPage, vendorOptionsQuery } from './vendor-options.ts'
import type { WizardRouteName } from './wizard-routes.ts'

export const docId = z.string().regex(/^[A-Za-z0-9_-]{22}$/)

/** How many streams there are, how many nothing is in the way of, and how many are ticked. */
const count = z.object({
  count: z.number().int(),
  selectable: z.number().int(),
  selected: z.number().int(),
})
/** Without what was ticked by hand since. */
export const streamTally = z.object({ all: count, found: count })
export type StreamTally = z.infer<typeof streamTally>

/** Some streams, a column per property: small and quick to parse. */
export const streamWindow = z.object({
  /** Changes with whatever changes the streams or their selection: windows of two versions do not go together. */
  version: z.number().int(),
  tally: streamTally.nullable(),
  tap_stream_id: z.array(z.string()),
  stream_name: z.array(z.string()),
  /** null: never chosen. */
  selected: z.array(z.boolean().nullable()),
  /** What `default_streams` pre-ticks; only where `selected` is null. */
  preselected: z.array(z.boolean()),
  is_view: z.array(z.boolean()),
  row_count: z.array(z.number().nullable()),
  field_count: z.array(z.number().int()),
  replication_method: z.array(replicationMethod.nullable()),
  /** Since the last saved selection. */
  change: z.array(z.enum(['added', 'changed']).nullable()),
  /** The app needs it: it is ticked, and cannot be unticked. */
  required: z.array(z.boolean()),
  /** Why it cannot be read, and so never selected, or null. */
  access: z.array(streamAccess.nullable()),
  /** Why it cannot be selected as it is (a view without keys, …), or null. */
  blocked: z.array(z.string().nullable()),
})
export type StreamWindow = z.infer<typeof streamWindow>

/** All streams, or the first of very many: their number is in `tally`. */
export const streamColumns = streamWindow.extend({
  /** How many of all are new, and how many differ. */
  added: z.number().int(),
  changed: z.number().int(),
  /** Streams selected before that the source no longer has, not all of very many. */
  removed: z.array(z.string()),
  removed_count: z.number().int(),
  /** How many of all the app needs. */
  required_count: z.number().int(),
})
export type StreamColumns = z.infer<typeof streamColumns>

/** One stream opened: its fields and how it is replicated. */
export const streamFields = z.object({
  tap_stream_id: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      /** In words: the SQL type, or the JSON type. */
      type: z.string(),
      inclusion: z.enum(['available', 'automatic', 'unsupported']),
      /** The explicit choice; null when none was made. */
      selected: z.boolean().nullable(),
      selected_by_default: z.boolean(),
      reason: z.string().nullable(),
      is_key: z.boolean(),
      can_be_replication_key: z.boolean(),
      /** Names of fields that cannot be selected together with it. */
      excludes: z.array(z.string()),
    }),
  ),
  replication_method: replicationMethod.nullable(),
  forced_replication_method: replicationMethod.nullable(),
  offered_replication_methods: z.array(replicationMethod),
  replication_key: z.string().nullable(),
  valid_replication_keys: z.array(z.string()),
  is_view: z.boolean(),
  view_key_properties: z.array(z.string()),
})
export type StreamFields = z.infer<typeof streamFields>

/** Streams that are changed one by one. */
const mostChanges = 20_000

/** A change to one stream; what is absent stays as it is. */
export const streamChange = z.strictObject({
  tap_stream_id: z.string(),
  selected: z.boolean().optional(),
  fields: byName(z.boolean()).optional(),
  replication_method: replicationMethod.optional(),
  replication_key: z.string().nullable().optional(),
  view_key_properties: z.array(z.string()).optional(),
})
export type StreamChange = z.infer<typeof streamChange>

const selectionRules = z
  .array(z.strictObject({ q: z.string().max(longestSearch), selected: z.boolean() }))
  .max(mostRules)

export const selectionRequest = z.strictObject({
  changes: z.array(streamChange).max(mostChanges),
  /** Applied before `changes`, one after the other, to every stream that a search for the text finds. */
  matching: selectionRules.optional(),
  /**
   * What is neither changed nor covered is taken as the picker shows it: suggested by the page and never chosen
   * means ticked, selected and no longer selectable means not.
   */
  as_shown: z.boolean().optional(),
  /** `save` needs at least one stream; `skip` leaves the selection for later. */
  then: z.enum(['save', 'skip']),
})
export type SelectionRequest = z.infer<typeof selectionRequest>

/** A search among very many streams, with the changes that are not saved yet taken for made. */
export const streamSearch = z.strictObject({
  q: z.string().max(longestSearch),
  only_selected: z.boolean(),
  matching: selectionRules,
  /** What was changed by hand, which only a search for what is selected asks for. */
  ticked: z.array(z.string()).max(mostChanges),
  unticked: z.array(z.string()).max(mostChanges),
  offset: z.number().int().min(0).max(10_000_000),
  with_tally: z.boolean(),
})
export type StreamSearch = z.infer<typeof streamSearch>

export const formRequest = z.strictObject({
  display_name: givenName.min(1).max(200),
  /** Secrets left out are kept; others left out are removed. */
  properties,
})

/** `data` of the error envelope that a refused call answers. */
export const refusalData = z.looseObject({
  /** With `InvalidProperties` of `saveForm`; the wizard has the words. */
  faults: settingFaults.optional(),
})
export type RefusalData = z.infer<typeof refusalData>

/** Body and reply of each wizard call. */
export const wizardApi = {
  getState: { reply: flowState },
  openPresence: { query: z.object({ doc: docId, suspends: z.literal('1').optional() }) },
  reportPresence: {
    body: z.strictObject({ doc: docId, state: z.enum(['hidden', 'visible', 'leaving', 'active']) }),
    reply: z.object({}),
  },
  claimForPage: {
    body: z.strictObject({ claim: claimRequest, opener_origin: z.string().max(300) }),
    reply: claimReply,
  },
  /** The origin of the hello that was met. An unlisted one ends the flow. */
  reportProof: {
    body: z.strictObject({ origin: z.union([webOrigin, z.literal('null')]) }),
    reply: flowState,
  },
  giveConsent: { body: z.strictObject({}), reply: flowState },
  saveForm: { body: formRequest, reply: flowState },
  replaceAccount: { body: z.strictObject({}), reply: flowState },
  keepAccount: { body: z.strictObject({}), reply: flowState },
  addAccount: { body: z.strictObject({}), reply: flowState },
  repairSource: { body: z.strictObject({ source_id: sourceId }), reply: flowState },
  findOptions: {
    body: vendorOptionsQuery.extend({ property: z.string().max(200) }).strict(),
    reply: vendorOptionsPage,
  },
  /** As `findOptions`, by what the form holds, which is not saved. */
  tryOptions: {
    body: vendorOptionsQuery.extend({ property: z.string().max(200), properties }).strict(),
    reply: vendorOptionsPage,
  },
  saveChoices: { body: z.strictObject({ properties }), reply: flowState },
  startCheck: { body: z.strictObject({}), reply: check },
  finishCheck: { body: z.strictObject({}), reply: flowState },
  goToStep: { body: z.strictObject({ step: z.enum(wizardSteps) }), reply: flowState },
  listStreams: { reply: streamColumns },
  findStreams: { body: streamSearch, reply: streamWindow },
  getStream: { query: z.object({ tap_stream_id: z.string() }), reply: streamFields },
  saveSelection: { body: selectionRequest, reply: flowState },
  cancelFlow: {
    body: z.strictObject({
      /** **Discard**: the sources that the person was told would be deleted, which are those that the flow made. */
      discard: z.array(z.number().int().positive()).max(100).optional(),
    }),
    reply: flowState,
  },
  withdrawFlow: { body: z.strictObject({}), reply: z.object({}) },
} as const satisfies Record<WizardRouteName, { body?: z.ZodType; query?: z.ZodType; reply?: z.ZodType }>

/**
 * What the presence stream tells a wizard document. `state` means: fetch the state again.
 * Check progress rides along (`check`), so that a document needs one stream only.
 */
export type WizardEvent =
  | { type: 'unclaimed' }
  | { type: 'refused'; data: z.infer<typeof import('./flow.ts').errorValue> }
  | { type: 'state' }
  | { type: 'outcome'; data: import('./window-protocol.ts').FlowEvent }
  | { type: 'flow_event'; data: import('./window-protocol.ts').FlowEvent }
  | { type: 'acknowledged' }
  | { type: 'superseded' }
  | { type: 'elsewhere' }
  | { type: 'check'; data: { name: string; seq: number; event: import('./check.ts').CheckEvent } }
