import { Component } from 'preact'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { controlProps, fieldId } from '../form/control-props.ts'
import { Field, FieldFrame } from '../form/field.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { isTouched, readValues } from '../form/read-values.ts'
import {
  formProperties,
  displayName,
  initialValue,
  isAdvanced,
  isKept,
  sections,
  type Values,
} from '../form/settings.ts'
import { shownNames } from '../form/show-when.ts'
import type { FieldErrors } from '../form/validate.ts'
import { form as words } from '../messages/en/form.ts'
import { shell } from '../messages/en/shell.ts'
import { Actions } from '../ui/actions.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { isBusy, stageOf, type WizardState } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

const formId = 'settings'

/** What the controls hold: read from them, only to decide what shows. */
interface LocalState {
  values: Values
}

/** The settings of a source: a new one, or one that is edited. Its inputs hold what is typed. */
export class FormScreen extends Component<ScreenProps, LocalState> {
  form: HTMLFormElement | null = null

  constructor(props: ScreenProps) {
    super(props)
    this.state = { values: initialValues(props.state) }
  }

  override componentDidMount(): void {
    this.look()
    this.reveal()
  }

  override componentDidUpdate({ wizard, state }: ScreenProps): void {
    if (wizard !== this.props.wizard) this.look()
    const { formErrors, failure } = this.props.state
    if (formErrors !== state.formErrors || failure !== state.failure) this.reveal()
  }

  /** Takes in what the inputs hold; what was typed before the script ran, too. */
  look = (): void => {
    if (!this.form) return
    if (isTouched(this.form)) this.props.wizard?.setDirty(true)
    const { properties } = connectorOf(this.props.state)
    if (properties.some(({ show_when: rule }) => rule)) this.setState({ values: this.read() })
  }

  read(): Values {
    return this.form ? readValues(this.form, formProperties(connectorOf(this.props.state).properties)) : {}
  }

  /** Opens what hides a field at fault, and puts the focus on the summary. */
  reveal(): void {
    for (const name of Object.keys(errorsOf(this.props.state))) {
      const section = document.getElementById(fieldId(name))?.closest('details')
      if (section) section.open = true
    }
    document.getElementById('errors')?.focus()
  }

  submit = (event: Event): void => {
    event.preventDefault()
    this.props.wizard?.submitForm(this.read())
  }

  override render({ state, wizard }: ScreenProps, { values }: LocalState) {
    const errors = errorsOf(state)
    const connector = connectorOf(state)
    const source = state.flow?.source ?? null
    const isEdit = state.flow?.function === 'editSource'
    const properties = formProperties(connector.properties)
    const advanced = properties.filter(isAdvanced)
    const shown = shownNames(properties, values)
    const first = properties.find(
      (one) => one.is_required && !isKept(one, source) && !initialValue(one, source),
    )
    const field = (property: PropertyInfo) => (
      <Field
        key={property.name}
        property={property}
        source={source}
        boundBy={properties.filter(({ binds }) => binds?.includes(property.name)).map(({ title }) => title)}
        isShown={shown.has(property.name)}
        isFirst={property === first && !state.isReady}
        error={errors[property.name]}
      />
    )
    return (
      <>
        <h1 tabIndex={-1}>
          <Sentence>{isEdit ? words.editTitle(connector.name) : words.title(connector.name)}</Sentence>
        </h1>
        {connector.description && (
          <p class="lead">
            {connector.description}
            {connector.docs_url && (
              <>
                {' '}
                <a href={connector.docs_url} target="_blank" rel="noreferrer">
                  {words.docs}
                </a>
              </>
            )}
          </p>
        )}
        <form
          id={formId}
          noValidate
          autocomplete="off"
          ref={(element) => {
            this.form = element
          }}
          onInput={this.look}
          onSubmit={this.submit}
        >
          <ErrorSummary errors={errors} properties={properties} />
          <FieldFrame
            name={displayName}
            title={words.displayName}
            hint={words.displayNameHint}
            error={errors[displayName]}
          >
            <input
              {...controlProps(displayName, words.displayNameHint, errors[displayName])}
              defaultValue={source?.display_name ?? connector.name}
              maxLength={200}
              aria-required="true"
              autocomplete="off"
            />
          </FieldFrame>
          {sections(properties.filter((one) => !isAdvanced(one))).map(({ group, properties: members }) =>
            group === null ? (
              members.map(field)
            ) : (
              <fieldset key={group} hidden={!members.some(({ name }) => shown.has(name))}>
                <legend>{group}</legend>
                {members.map(field)}
              </fieldset>
            ),
          )}
          {advanced.length > 0 && (
            <details hidden={!advanced.some(({ name }) => shown.has(name))}>
              <summary>{words.advanced}</summary>
              {advanced.map(field)}
            </details>
          )}
        </form>
        <Actions state={state} wizard={wizard}>
          <button
            class="primary"
            type="submit"
            form={formId}
            disabled={!state.isReady}
            aria-busy={isBusy(state)}
          >
            {buttonText(state, isEdit)}
          </button>
        </Actions>
      </>
    )
  }
}

function buttonText(state: WizardState, isEdit: boolean): string {
  if (stageOf(state) === 'claiming') return shell.connecting
  if (isBusy(state)) return shell.saving
  return isEdit ? words.save : words.continue
}

function connectorOf({ connector }: WizardState): ConnectorInfo {
  if (!connector) throw new Error('The form shows only where the connector is known')
  return connector
}

function initialValues(state: WizardState): Values {
  const source = state.flow?.source ?? null
  const properties = formProperties(connectorOf(state).properties)
  return Object.fromEntries(properties.map((one) => [one.name, initialValue(one, source)]))
}

/** What is wrong: found before sending, by the server, or (after **Edit settings**) by the check. */
function errorsOf({ formErrors, failure, flow }: WizardState): FieldErrors {
  if (formErrors) return formErrors
  if (failure?.code === 'InvalidProperties') return sentences(failure.data['fields'])
  if (failure?.code === 'InvalidName' || failure?.code === 'InvalidDisplayName') {
    // The API's words are for programs, and repeat what was typed.
    return { [displayName]: words.badName }
  }
  const fault = failure ? null : flow?.check?.failure
  return fault?.field ? { [fault.field]: fault.message } : {}
}

function sentences(fields: unknown): FieldErrors {
  if (typeof fields !== 'object' || fields === null) return {}
  return Object.fromEntries(Object.entries(fields).map(([name, sentence]) => [name, String(sentence)]))
}
