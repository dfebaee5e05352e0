import type { ComponentChildren } from 'preact'
import type { FlowProperty } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import { optionsOf } from '@bobbin/shared/value-faults'
import { form as words } from '../messages/en/form.ts'
import { Sentence } from '../ui/sentence.tsx'
import { controlProps, fieldId, type CommonProps, type TextProps } from './control-props.ts'
import { SecretInput } from './secret-input.tsx'
import { controlOf, initialValue, isKept, isOfSource } from './settings.ts'

interface Frame {
  name: string
  title: string
  hint?: string | undefined
  error?: string | undefined
  /** What a person should know of the value, which may be right all the same. */
  doubt?: string | undefined
  /** Where the vendor says what it is. */
  helpUrl?: string | undefined
  isOptional?: boolean
  isHidden?: boolean
  /** A switch has its label beside it. */
  isInline?: boolean
  children: ComponentChildren
}

/** Label, hint and error around a control. Hidden ones stay in the page, so that what was typed is kept. */
export function FieldFrame(frame: Frame) {
  const { name, title, hint, error, doubt, helpUrl, isOptional, isHidden, isInline, children } = frame
  const id = fieldId(name)
  return (
    <div class={`field${isInline ? ' inline' : ''}`} hidden={isHidden ?? false}>
      <p class="label">
        <label for={id} id={`${id}-label`}>
          {title}
        </label>
        {isOptional && <span class="muted"> ({words.optional})</span>}
      </p>
      {children}
      {error && (
        <p class="error" id={`${id}-error`}>
          <Sentence>{error}</Sentence>
        </p>
      )}
      {doubt !== undefined && (
        <p class="doubt" id={`${id}-doubt`} aria-live="polite">
          {doubt}
        </p>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          <Sentence>{hint}</Sentence>
          {helpUrl && (
            <>
              {' '}
              <a href={helpUrl} target="_blank" rel="noreferrer" aria-describedby={`${id}-label`}>
                {words.help}
              </a>
            </>
          )}
        </p>
      )}
    </div>
  )
}

interface Props {
  property: FlowProperty
  /** What the app is called that asks. */
  app: string
  source: FlowState['source']
  /** Titles of the settings with which a kept secret has to be entered anew. */
  boundBy: readonly string[]
  isShown: boolean
  isFirst: boolean
  /** What was typed in it before is not kept. */
  isToRetype: boolean
  error: string | undefined
  /** What is to be said of the value that it holds. */
  doubt: string | undefined
  /** Shows what it can be; absent where nobody can be asked. */
  onList?: ((property: FlowProperty) => void) | false
}

/**
 * One setting. The input holds what is typed (nothing here does), so typing before the script runs, and
 * every repaint, leave it alone.
 */
export function Field(props: Props) {
  const { property, app, source, boundBy, isShown, isFirst, isToRetype, error, doubt, onList } = props
  const { name, title, description, help_url: helpUrl, preset, is_required: isRequired } = property
  const isLocked = preset === 'locked'
  const isOver = source !== null && property.property_type === 'user_provided_immutable'
  const kept = isOfSource(property, source) && !isLocked
  const mustBeFilled = isRequired && !isKept(property, source) && property.default === undefined
  const hint = [
    isLocked && words.setBy(app),
    isToRetype && words.typeAgain,
    description,
    kept && words.keepSecret,
    !isLocked && property.is_credential && preset && !kept && words.useGiven(app),
    kept && boundBy.length > 0 && words.enterAgain(boundBy),
    isOver && !isLocked && words.immutable,
  ]
    .filter(Boolean)
    .join(' ')
  const control = controlOf(property)
  return (
    <FieldFrame
      name={name}
      title={title}
      hint={hint}
      error={error}
      doubt={isLocked ? undefined : doubt}
      helpUrl={isLocked ? undefined : helpUrl}
      isOptional={!isRequired && !isLocked && control !== 'switch'}
      isHidden={!isShown}
      isInline={control === 'switch'}
    >
      <ControlOf
        property={property}
        value={initialValue(property, source)}
        common={{
          ...controlProps(name, hint, error, isLocked ? undefined : doubt),
          'aria-required': mustBeFilled && control !== 'switch' ? 'true' : undefined,
          autofocus: isFirst,
        }}
        isFixed={isOver || isLocked}
      />
      {onList && property.vendor_options && !isOver && !isLocked && (
        <button
          type="button"
          class="list"
          aria-haspopup="dialog"
          aria-describedby={`${fieldId(name)}-label`}
          onClick={() => onList(property)}
        >
          {words.chooseFrom}
        </button>
      )}
    </FieldFrame>
  )
}

interface ControlProps {
  property: FlowProperty
  value: string
  common: CommonProps
  isFixed: boolean
}

function ControlOf({ property, value, common, isFixed }: ControlProps) {
  const { default: usual, placeholder = usual, json_schema: schema } = property
  const text: TextProps = {
    ...common,
    placeholder,
    readOnly: isFixed,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: false,
  }
  // A secret of the app's: nothing of it is here.
  if (isFixed && property.is_credential) return <input {...text} type="password" placeholder="••••••••" />
  switch (controlOf(property)) {
    case 'switch':
      return (
        <input
          {...common}
          type="checkbox"
          role="switch"
          defaultChecked={value === 'true'}
          disabled={isFixed}
        />
      )
    case 'select': {
      const all = optionsOf(property)
      const chosen = all.find((option) => option.value === value)
      // What cannot be changed can be read, and come to by keyboard: a choice of one.
      const options = isFixed ? [chosen ?? { value, title: value }] : all
      const isOffered = isFixed || chosen !== undefined
      return (
        <select {...common} aria-readonly={isFixed || undefined} data-initial={isOffered ? value : ''}>
          {!isFixed && !(property.is_required && isOffered) && (
            <option value="" selected={!isOffered}>
              {words.choose}
            </option>
          )}
          {options.map((option) => (
            <option value={option.value} selected={option.value === value}>
              {option.title}
            </option>
          ))}
        </select>
      )
    }
    case 'multiline':
      return <textarea {...text} rows={5} defaultValue={value} />
    case 'secret':
      return <SecretInput text={text} />
    case 'number':
      return <input {...text} type="text" inputMode="decimal" defaultValue={value} />
    case 'text':
      if (schema?.['format'] === 'date') return <input {...text} type="date" defaultValue={value} />
      return (
        <Affixed affix={property.affix}>
          <input
            {...text}
            type="text"
            inputMode={keyboards[String(schema?.['format'])] ?? 'text'}
            defaultValue={value}
          />
        </Affixed>
      )
  }
}

/** What stands around the value is for the eye: the hint says it, too. */
function Affixed({ affix, children }: { affix: FlowProperty['affix']; children: ComponentChildren }) {
  if (!affix) return children
  return (
    <div class="affixed">
      {affix.before && <span aria-hidden="true">{affix.before}</span>}
      {children}
      {affix.after && <span aria-hidden="true">{affix.after}</span>}
    </div>
  )
}

/** Formats with a better keyboard. */
const keyboards: Readonly<Record<string, 'url' | 'email'>> = { uri: 'url', hostname: 'url', email: 'email' }
