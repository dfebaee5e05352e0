import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { ComponentChild } from 'preact'
import { form as words } from '../messages/en/form.ts'
import { isAdvanced, sections } from './settings.ts'

/** The fields of a form: those of a group together, and behind all what few people need. */
export function Sections({
  properties,
  isShown,
  isWhole,
  field,
}: {
  properties: readonly PropertyInfo[]
  isShown(property: PropertyInfo): boolean
  /** Fields that are not seen at first are there too. */
  isWhole: boolean
  field(property: PropertyInfo): ComponentChild
}) {
  const advanced = properties.filter(isAdvanced)
  return (
    <>
      {sections(properties.filter((one) => !isAdvanced(one))).map(({ group, properties: members }) =>
        group === null ? (
          members.map(field)
        ) : (
          <fieldset key={group} hidden={!members.some(isShown)}>
            <legend>{group}</legend>
            {members.map(field)}
          </fieldset>
        ),
      )}
      {advanced.length > 0 && (
        <details hidden={!advanced.some(isShown)}>
          <summary>{words.advanced}</summary>
          {isWhole && advanced.map(field)}
        </details>
      )}
    </>
  )
}
