import { isolated } from '@bobbin/shared/isolated'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import type { Noun } from '../messages/en/nouns.ts'
import { stream as words, streams } from '../messages/en/streams.ts'
import type { StreamEdit } from './selection.ts'
import { untranslated } from '../ui/untranslated.ts'
import { chooseMethod, keyOf, methodOf, possibleKeys } from './stream-choices.ts'

interface Props {
  noun: Noun
  fields: StreamFields
  edit: StreamEdit
  onEdit(edit: StreamEdit): void
}

/** How a stream is kept up to date: the method, and the key that key-based replication goes by. */
export function Replication({ noun, fields, edit, onEdit }: Props) {
  const method = methodOf(fields, edit)
  const keys = possibleKeys(fields)
  const isForced = fields.forced_replication_method !== null
  return (
    <fieldset class="replication">
      <legend>{words.replication}</legend>
      {fields.offered_replication_methods.map((one) => {
        const isImpossible = one === 'INCREMENTAL' && keys.length === 0
        return (
          <label key={one} class="choice">
            <input
              type="radio"
              name="replication-method"
              checked={one === method}
              disabled={isForced || isImpossible}
              onChange={() => onEdit(chooseMethod(fields, edit, one))}
            />
            <span>
              {streams.method[one]}
              <span class="about">
                {isForced ? words.forced : isImpossible ? words.noKeyPossible : words.methodHint[one](noun)}
              </span>
              <small class="about">
                {words.singer} <code {...untranslated}>{one}</code>
              </small>
            </span>
          </label>
        )
      })}
      {method === 'INCREMENTAL' && keys.length > 0 && (
        <label class="field">
          <span>{words.replicationKey}</span>
          <span class="hint" id="replication-key-hint">
            {words.replicationKeyHint}
          </span>
          <select
            aria-describedby="replication-key-hint"
            onChange={({ currentTarget }) => onEdit({ replication_key: currentTarget.value || null })}
          >
            {keyOf(fields, edit) === null && <option value="">{words.choose}</option>}
            {keys.map((key) => (
              <option {...untranslated} key={key} value={key} selected={key === keyOf(fields, edit)}>
                {isolated(key)}
              </option>
            ))}
          </select>
        </label>
      )}
    </fieldset>
  )
}
