import type { z } from 'zod'
import type { wizardSource } from '@bobbin/shared/flow'
import type { Source, SourceFilter } from '@bobbin/shared/source'
import type { EditExtent, WizardStep } from '@bobbin/shared/steps'
import { tellAccount } from '../events/events.ts'
import { dropGrantsOfSource } from '../credentials/credentials.ts'
import type { Transaction } from '../../store/database.ts'
import type { Slice, SlicedRows } from '../../store/slice.ts'
import { cloneSource, type CloneOptions } from './clone-source.ts'
import { createSource, type CreateOptions, type NewSource } from './create-source.ts'
import type { SourceParts } from './source-parts.ts'
import { listSourceRows, pageSourceRows } from './list-sources.ts'
import { revokeImportTokens } from './import-tokens.ts'
import type { UpdateMode } from './settings-change.ts'
import { openSettings } from './source-settings.ts'
import { changeSource, findSourceRow, getSourceRow, type SourceRow } from './source-row.ts'
import { viewForWizard, viewSource, viewSources } from './source-view.ts'
import { updateSource, type SourceChange } from './update-source.ts'

export { chosenProperties, withoutChosen } from './chosen-settings.ts'
export { keepConfigured } from './configured.ts'
export { type ImportTokens, createImportTokens } from './import-tokens.ts'
export { InvalidSettings } from './invalid-settings.ts'
export { keepRewrittenConfig } from './keep-rewritten-config.ts'
export { keepTapChanges } from './keep-tap-changes.ts'
export { sourceType } from './report-card.ts'
export { type Selections, type SourceFacts, createSourceFacts } from './source-facts.ts'
export {
  type SourceRow,
  changeSource,
  findSourceRow,
  getSourceRow,
  plainProperties,
  sourceNotFound,
} from './source-row.ts'
export { formUnderPresets } from './preset-form.ts'
export { formOfRepair } from './preset-repair.ts'
export { propertiesUnderPresets, sourceUnderPresets } from './preset-view.ts'
export { type Presets, isRuled, plainPresets, readPresets } from './presets.ts'
export { inOurSpelling } from './other-spellings.ts'
export { givenFault } from './setting-fault.ts'
export { authorizationExpired, settingsRefused, sourceIncomplete } from './not-ready.ts'
export { offeringNew, withMethod } from './sign-in-method.ts'
export { settingSentence } from './setting-sentences.ts'
export { infoOfSource, signsInByOAuth } from './source-info.ts'
export { suggestedValue } from './suggested-value.ts'
export { openSettings } from './source-settings.ts'
export { trySettings } from './tried-settings.ts'
export { type TapFault, findTapChanges } from './tap-changes.ts'
export { type TapConfig, readTapConfig } from './tap-config.ts'

/** The sources of an account. With `tx`, what the transaction wrote counts. */
export interface Sources {
  /** Deleted ones too; null for another account's. */
  find(accountId: number, id: number, tx?: Transaction): Promise<SourceRow | null>
  /** Throws SourceNotFound when absent, another account's, or deleted. */
  get(accountId: number, id: number, tx?: Transaction): Promise<SourceRow>
  /** All of them, deleted ones too, oldest first. */
  list(accountId: number, tx?: Transaction): Promise<SourceRow[]>
  /** A slice of those that match, oldest first. */
  page(accountId: number, filter: SourceFilter, slice: Slice): Promise<SlicedRows<SourceRow>>
  /** Throws InvalidType, AccessDenied, Unavailable (`no_client`), InvalidDisplayName, InvalidName, InvalidProperties, InvalidCronExpression. */
  create(tx: Transaction, accountId: number, input: NewSource, options: CreateOptions): Promise<SourceRow>
  /** Throws SourceNotFound, InvalidDisplayName, InvalidProperties, InvalidCronExpression, InvalidBody. */
  update(
    tx: Transaction,
    accountId: number,
    id: number,
    change: SourceChange,
    mode: UpdateMode,
  ): Promise<{ row: SourceRow; extent: EditExtent }>
  /** A paused copy. Throws SourceNotFound, InvalidType, AccessDenied, InvalidDisplayName, InvalidName. */
  clone(tx: Transaction, accountId: number, id: number, options: CloneOptions): Promise<SourceRow>
  /** The row stays; credentials are erased and grants given up, import tokens revoked, a running check ends. Throws SourceNotFound. */
  softDelete(tx: Transaction, accountId: number, id: number): Promise<SourceRow>
  /** The client is to be deleted: no source is to be authorized by it. */
  forgetOAuthClient(tx: Transaction, accountId: number, oauthClientId: string): Promise<void>
  /** The steps whose work is done on the source itself. Throws SourceNotFound. */
  finishedSteps(accountId: number, id: number, tx?: Transaction): Promise<ReadonlySet<WizardStep>>
  /** Whether a grant of its provider's stands. */
  isAuthorized(accountId: number, id: number, tx?: Transaction): Promise<boolean>
  /** As it goes out: without secrets, with its report card. */
  view(row: SourceRow, tx?: Transaction): Promise<Source>
  /** The same of many rows of one account, in a few statements. */
  viewAll(accountId: number, rows: readonly SourceRow[]): Promise<Source[]>
  /** What the wizard shows of it: settings that are no secrets, and the names of those that are kept. Throws SourceNotFound. */
  viewForWizard(accountId: number, id: number, tx?: Transaction): Promise<z.infer<typeof wizardSource>>
  /** All settings in force, secrets and defaults included. Never answer or log them. Throws SourceNotFound. */
  settings(accountId: number, id: number): Promise<Record<string, string>>
}

export function createSources(parts: SourceParts): Sources {
  const { database, credentials, facts, events, now } = parts
  const reader = (tx?: Transaction) => tx?.db ?? database.read
  return {
    find: (accountId, id, tx) => findSourceRow(reader(tx), accountId, id),
    get: (accountId, id, tx) => getSourceRow(reader(tx), accountId, id),
    list: (accountId, tx) => listSourceRows(reader(tx), accountId),
    page: (accountId, filter, slice) => pageSourceRows(database.read, accountId, filter, slice),
    create: (tx, accountId, input, options) => createSource(parts, tx, accountId, input, options),
    clone: (tx, accountId, id, options) => cloneSource(parts, tx, accountId, id, options),
    update: (tx, accountId, id, change, mode) => updateSource(parts, tx, accountId, id, change, mode),

    async softDelete(tx, accountId, id) {
      const row = await getSourceRow(tx.db, accountId, id)
      await credentials.erase(tx, accountId, id)
      await dropGrantsOfSource(tx, accountId, id, now())
      await revokeImportTokens(tx, accountId, id, now())
      const deleted = await changeSource(tx, accountId, id)
        // A new version: a check of the old one stops at its next step.
        .set({ deleted_at: now(), updated_at: now(), settings_version: row.settings_version + 1 })
        .returningAll()
        .executeTakeFirstOrThrow()
      await tellAccount(tx, events, accountId, 'source.deleted', { source_id: id })
      return deleted
    },

    async forgetOAuthClient(tx, accountId, oauthClientId) {
      const chosen = await tx.db
        .selectFrom('source')
        .select('id')
        .where('account_id', '=', accountId)
        .where('oauth_client_id', '=', oauthClientId)
        .execute()
      for (const { id } of chosen) {
        await changeSource(tx, accountId, id).set({ oauth_client_id: null, updated_at: now() }).execute()
      }
    },

    async finishedSteps(accountId, id, tx) {
      return facts.finishedSteps(await getSourceRow(reader(tx), accountId, id), tx)
    },
    isAuthorized: async (accountId, id, tx) =>
      (await credentials.describe(accountId, id, 'oauth', tx))?.status === 'ok',
    view: (row, tx) => viewSource(parts, row, tx),
    viewAll: (accountId, rows) => viewSources(parts, accountId, rows),
    viewForWizard: async (accountId, id, tx) =>
      viewForWizard(parts, await getSourceRow(reader(tx), accountId, id), tx),
    async settings(accountId, id) {
      const row = await getSourceRow(database.read, accountId, id)
      const { values } = await openSettings(parts, parts.registry.find(row.type)?.info, row)
      return values
    },
  }
}
