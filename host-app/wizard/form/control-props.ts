/** The id of a property's control; the error summary links to it. */
export function fieldId(name: string): string {
  return `field-${name}`
}

/** What every control carries: its names, and what describes it. */
export function controlProps(
  name: string,
  hint: string | undefined,
  error: string | undefined,
  doubt?: string,
) {
  const id = fieldId(name)
  const described = [error && `${id}-error`, doubt && `${id}-doubt`, hint && `${id}-hint`]
    .filter(Boolean)
    .join(' ')
  return {
    id,
    name,
    'aria-describedby': described || undefined,
    'aria-invalid': error ? ('true' as const) : undefined,
  }
}

/** The same, with what the setting asks of its control. */
export type CommonProps = ReturnType<typeof controlProps> & {
  'aria-required': 'true' | undefined
  autofocus: boolean
}

/** What every control for text carries. */
export type TextProps = CommonProps & {
  placeholder: string | undefined
  readOnly: boolean
  autocomplete: 'off'
  autocapitalize: 'none'
  spellcheck: false
}
