import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { mayHoldSecret } from './form-draft.ts'

/** Whether a text is worth looking at: an address has `://` or an equals sign in it. Quick, and often wrong. */
export function looksLikeAddress(text: string): boolean {
  return text.length <= 8_192 && /:\/\/|\w\s*=\s*\S/.test(text)
}

/** Fills the form from an address, whose reading is loaded for it; null where the text is none of this connector's. */
export async function fillFrom(
  form: HTMLFormElement,
  connector: ConnectorInfo,
  text: string,
  into: string,
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
  connector: ConnectorInfo,
  filled: (said: string) => void,
): void {
  const { target } = event
  const text = event.clipboardData?.getData('text') ?? ''
  if (!connector.pasted_address || !looksLikeAddress(text)) return
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) || target.readOnly)
    return
  event.preventDefault()
  fillFrom(form, connector, text, target.name).then(
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

/** The first field in which a whole address was left by other ways than a paste. */
export function leftAddress(
  form: HTMLFormElement,
  { pasted_address: pasted, properties }: ConnectorInfo,
): { text: string; into: string } | null {
  const secret = new Set(properties.filter((one) => one.is_credential).map(({ name }) => name))
  for (const control of pasted ? form.elements : []) {
    if (!(control instanceof HTMLInputElement) || secret.has(control.name)) continue
    if (looksLikeAddress(control.value)) return { text: control.value, into: control.name }
  }
  return null
}
