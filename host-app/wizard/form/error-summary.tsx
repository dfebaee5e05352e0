import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { form as words } from '../messages/en/form.ts'
import { Sentence } from '../ui/sentence.tsx'
import { fieldId } from './control-props.ts'
import type { FieldErrors } from './field-errors.ts'

/** All errors of the form in one place; each leads to its field. The focus moves here after a submit. */
export function ErrorSummary({
  errors,
  properties,
}: {
  errors: FieldErrors
  properties: readonly PropertyInfo[]
}) {
  const names = Object.keys(errors)
  if (names.length === 0) return null
  const known = new Set(properties.map(({ name }) => name))
  return (
    <div class="notice danger" role="alert" id="errors" tabIndex={-1}>
      <h2>{words.summary(names.length)}</h2>
      <ul>
        {names.map((name) => (
          <li key={name}>
            {known.has(name) || name === 'display_name' ? (
              <a href={`#${fieldId(name)}`} onClick={(event) => goTo(event, name)}>
                <Sentence>{errors[name] ?? ''}</Sentence>
              </a>
            ) : (
              <Sentence>{errors[name] ?? ''}</Sentence>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function goTo(event: Event, name: string): void {
  event.preventDefault()
  document.getElementById(fieldId(name))?.focus()
}
