import type { FlowConnector } from '@bobbin/shared/connector-info'
import { mayHoldSecret } from './form-draft.ts'

/** Whether a text is worth looking at: an address has `://` or an equals sign in it. Quick, and often wrong. */
export function looksLikeAddress(text: string): boolean {
  return text.length <= 8_192 && /:\/\/|\w\s*=\s*\S/.test(text)
}

/** Fills the form from an address, whose reading is loaded for it; null where the text is none of this connector's. */
async function fillFrom(
  form: HTMLFormElement,
  connector: FlowConnector,
  { text, into }: LeftText,
): Promise<string | null> {
  const { fillFields } = await import('./fill-fields.ts')
  return fillFields(form, connector, text, into)
}

/**
 * Takes a paste that looks like an address out of the browser's hands, so that a password in it is shown in no field and
 * at no time. What turns out to be no address is inserted as it would have been.
 */
export function takePaste(
  event: ClipboardEvent,
  form: HTMLFormElement,
  connector: FlowConnector,
  filled: (said: string) => void,
): void {
  const { target } = event
  const text = event.clipboardData?.getData('text') ?? ''
  if (!connector.pasted_address || !looksLikeAddress(text)) return
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) || target.readOnly)
    return
  event.preventDefault()
  fillFrom(form, connector, { text, into: target.name }).then(
    (said) => {
      if (said === null) insert(target, text)
      else filled(said)
    },
    // What reads it could not be loaded.
    () => {
      if (!mayHoldSecret(text)) insert(target, text)
    },
  )
}

/** As a paste would: at the caret, within the field's bounds, and so that it can be undone. */
function insert(target: HTMLElement, text: string): void {
  target.focus()
  document.execCommand('insertText', false, text)
}

/** A text in the field of that name. */
interface LeftText {
  readonly text: string
  readonly into: string
}

/** What was left in fields by other ways than a paste that was taken, and may be a whole address. */
export function leftTexts(
  form: HTMLFormElement,
  { pasted_address: pasted, properties }: FlowConnector,
): LeftText[] {
  const secret = new Set(properties.filter((one) => one.is_credential).map(({ name }) => name))
  const left: LeftText[] = []
  for (const control of pasted ? form.elements : []) {
    if (!(control instanceof HTMLInputElement) || secret.has(control.name)) continue
    const isNew = control.value !== control.defaultValue
    if (isNew && looksLikeAddress(control.value)) left.push({ text: control.value, into: control.name })
  }
  return left
}

/** Fills the form from the first of them that is an address, as a paste of it would have. */
export async function takeLeft(
  form: HTMLFormElement,
  connector: FlowConnector,
  left: readonly LeftText[],
): Promise<string | null> {
  for (const one of left) {
    const said = await fillFrom(form, connector, one)
    if (said !== null) return said
  }
  return null
}
