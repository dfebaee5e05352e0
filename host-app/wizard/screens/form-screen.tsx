import { Component } from 'preact'
import type { FlowConnector, FlowProperty, PropertyInfo } from '@bobbin/shared/connector-info'
import { shownProperties, type Values } from '@bobbin/shared/setting-rules'
import { isOver, keepDraft, readDraft } from '../drafts.ts'
import { controlProps, fieldId } from '../form/control-props.ts'
import { type Doubts, doubtsOf } from '../form/doubts.ts'
import { Field, FieldFrame } from '../form/field.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { errorsOf, findingOf, openErrors } from '../form/field-errors.ts'
import { fillForm } from '../form/filled-form.ts'
import { draftOf, parseDraft } from '../form/form-draft.ts'
import { Lead } from '../form/lead.tsx'
import { leftTexts, takeLeft, takePaste } from '../form/pasting.ts'
import { Sections } from '../form/sections.tsx'
import { changedValues, readValues, restoreValue, showMeant } from '../form/read-values.ts'
import {
  countingValues,
  formProperties,
  displayName,
  initialValue,
  initialValues,
  isKept,
} from '../form/settings.ts'
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
  /** Secrets that were typed once and are not kept. */
  toRetype: readonly string[]
  /** Fields that were typed in since they were found at fault, and by which finding. */
  mended: { readonly finding: unknown; readonly names: readonly string[] }
  /** Of what the fields held when they were left. */
  doubts: Doubts
  /** What a pasted address has filled, in words. */
  filled: string
  /** What was typed before was put back: seen in the fields, and said to who does not see them. */
  isRestored: boolean
  /** Fields that are not seen at first are there too: the first paint does without them, and is sooner for it. */
  isWhole: boolean
}

/** The settings of a source: a new one, or one that is edited. Its inputs hold what is typed. */
export class FormScreen extends Component<ScreenProps, LocalState> {
  form: HTMLFormElement | null = null

  constructor(props: ScreenProps) {
    super(props)
    const { properties } = connectorOf(props.state)
    const values = initialValues(properties, props.state.flow?.source ?? null)
    this.state = {
      values,
      doubts: doubtsOf(properties, values),
      toRetype: [],
      mended: { finding: null, names: [] },
      filled: '',
      isRestored: false,
      isWhole: false,
    }
  }

  override componentDidMount(): void {
    this.setState({ isWhole: true }, () => {
      this.setState(this.restore(), () => {
        // Left before the script could see it.
        const { properties } = connectorOf(this.props.state)
        for (const control of this.form?.elements ?? [])
          if (control !== document.activeElement) showMeant(control, properties)
        this.weigh()
      })
      this.reveal()
      // Pasted before the script could take it: until then, its password is to be read.
      void this.takeLeft()
    })
  }

  override getSnapshotBeforeUpdate(): string {
    return document.activeElement?.id ?? ''
  }

  override componentDidUpdate({ wizard, state }: ScreenProps, _: LocalState, focused: string): void {
    // A field that the app has set is another one.
    if (document.activeElement?.id !== focused) document.getElementById(focused)?.focus()
    if (wizard !== this.props.wizard || state.connector !== this.props.state.connector) this.look()
    const { formFaults, failure } = this.props.state
    if (formFaults !== state.formFaults || failure !== state.failure) this.reveal()
  }

  /** Puts back what was typed in this flow before, where nothing was typed since; secrets were not kept. */
  restore(): Pick<LocalState, 'toRetype' | 'isRestored'> {
    if (!this.form) return { toRetype: [], isRestored: false }
    const { state } = this.props
    const { values, secrets } = parseDraft(readDraft(state.flowId, 'form'), connectorOf(state))
    for (const [name, value] of Object.entries(values)) restoreValue(this.form, name, value)
    const changed = changedValues(this.form)
    return {
      toRetype: secrets.filter((name) => !(name in changed)),
      isRestored: Object.keys(values).length > 0,
    }
  }

  typed = ({ target }: Event): void => {
    const name = target instanceof Element ? (target.getAttribute('name') ?? '') : ''
    const finding = findingOf(this.props.state)
    this.setState(({ toRetype, mended }) => {
      const before = mended.finding === finding ? mended.names : []
      return {
        toRetype: toRetype.filter((one) => one !== name),
        mended: { finding, names: [...before.filter((one) => one !== name), name] },
      }
    }, this.look)
  }

  left = ({ target }: Event): void => {
    showMeant(target, connectorOf(this.props.state).properties)
    this.weigh()
  }

  weigh = (): void => {
    this.look()
    this.setState({ doubts: doubtsOf(connectorOf(this.props.state).properties, this.read()) })
  }

  /** Takes in what the inputs hold; what was typed before the script ran, too. */
  look = (): void => {
    const { state, wizard } = this.props
    if (!this.form || isOver(state)) return
    const connector = connectorOf(state)
    const changed = changedValues(this.form)
    if (Object.keys(changed).length > 0) wizard?.setDirty(true)
    keepDraft(state.flowId, 'form', draftOf(connector, changed, this.state.toRetype))
    if (connector.properties.some(({ show_when: rule }) => rule)) this.setState({ values: this.read() })
  }

  read(): Values {
    return this.form ? readValues(this.form, formProperties(connectorOf(this.props.state).properties)) : {}
  }

  /** Opens what hides a field at fault, and puts the focus on the summary. */
  reveal(): void {
    for (const name of Object.keys(errorsOf(this.props.state, connectorOf(this.props.state)))) {
      const section = document.getElementById(fieldId(name))?.closest('details')
      if (section) section.open = true
    }
    document.getElementById('errors')?.focus()
  }

  pasted = (event: ClipboardEvent): void => {
    if (this.form) takePaste(event, this.form, connectorOf(this.props.state), this.filled)
  }

  filled = (filled: string): void => this.setState({ filled })

  /**
   * Of a click, which Enter in a field makes too, and which keeps the browser from submitting: in a sandbox without forms
   * that would be nothing at all. A password manager may submit without one.
   */
  submit = (event: Event): void => {
    event.preventDefault()
    if (!this.form || leftTexts(this.form, connectorOf(this.props.state)).length === 0) return this.send()
    void this.takeLeft().then(this.send)
  }

  async takeLeft(): Promise<void> {
    const connector = connectorOf(this.props.state)
    if (!this.form) return
    // Where what reads it cannot be loaded, it stays as it is.
    const said = await takeLeft(this.form, connector, leftTexts(this.form, connector)).catch(() => null)
    if (said !== null) this.filled(said)
  }

  send = (): void => {
    const { state, wizard } = this.props
    const { properties } = connectorOf(state)
    wizard?.submitForm(fillForm(properties, state.flow?.source ?? null, this.read()))
  }

  list = (property: PropertyInfo): void => {
    const { state, wizard } = this.props
    const { form } = this
    const load = () => import('../choices/list-options.tsx')
    if (form && wizard) void load().then(({ listOptions }) => listOptions(form, wizard, state, property))
  }

  override render(
    { state, wizard }: ScreenProps,
    { values, toRetype, mended, doubts, filled, isRestored, isWhole }: LocalState,
  ) {
    const connector = connectorOf(state)
    const errors = openErrors(
      errorsOf(state, connector),
      mended.finding === findingOf(state) ? mended.names : [],
    )
    const source = state.flow?.source ?? null
    const isEdit = state.flow?.function === 'editSource'
    const canList = isWhole && state.flow !== null && state.flow.consent !== 'needed'
    const properties = formProperties(connector.properties)
    const counting = countingValues(connector.properties, source, values)
    const shown = new Set(shownProperties(connector.properties, counting).map(({ name }) => name))
    const first = properties.find(
      (one) => one.is_required && !isKept(one, source) && !initialValue(one, source),
    )
    const isShown = ({ name }: PropertyInfo) => shown.has(name)
    const field = (property: FlowProperty) =>
      (isWhole || isShown(property)) && (
        <Field
          // What is locked holds nothing that was typed before that was known.
          key={property.name + (property.preset === 'locked')}
          property={property}
          app={state.flow?.app.name ?? ''}
          source={source}
          boundBy={properties
            .filter((one) => one.binds?.includes(property.name) && isShown(one))
            .filter((one) => !one.binds_once_given || initialValue(one, source))
            .map(({ title }) => title)}
          isShown={isShown(property)}
          isFirst={property === first && !state.isReady}
          isToRetype={toRetype.includes(property.name)}
          error={errors[property.name]}
          doubt={doubts[property.name]}
          onList={canList && this.list}
        />
      )
    return (
      <>
        <h1 tabIndex={-1}>
          <Sentence>{isEdit ? words.editTitle(connector.name) : words.title(connector.name)}</Sentence>
        </h1>
        <Lead connector={connector} />
        <form
          id={formId}
          noValidate
          autocomplete="off"
          ref={(element) => {
            this.form = element
          }}
          onInput={this.typed}
          onChange={this.left}
          onPaste={this.pasted}
          onSubmit={this.submit}
        >
          <ErrorSummary errors={errors} properties={properties} />
          <p role="status" class={filled ? 'notice' : 'unseen'}>
            <Sentence>{filled || (isRestored ? words.restored : '')}</Sentence>
          </p>
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
          <Sections properties={properties} isShown={isShown} isWhole={isWhole} field={field} />
        </form>
        <Actions state={state} wizard={wizard}>
          <button
            class="primary"
            type="submit"
            form={formId}
            disabled={!state.isReady}
            onClick={this.submit}
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

function connectorOf({ connector }: WizardState): FlowConnector {
  if (!connector) throw new Error('The form shows only where the connector is known')
  return connector
}
