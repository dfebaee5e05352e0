import { Component } from 'preact'
import { form as words } from '../messages/en/form.ts'
import type { TextProps } from './control-props.ts'

interface Props {
  text: TextProps
}

/** A secret: blank at first, never remembered by the browser, shown on request. */
export class SecretInput extends Component<Props, { isShown: boolean }> {
  override state = { isShown: false }

  override render({ text }: Props, { isShown }: { isShown: boolean }) {
    const input = {
      ...text,
      autocomplete: 'new-password',
      // Filled by a program, such as from a pasted address: that was not typed here, and is not shown.
      onInput: ({ isTrusted }: Event) => {
        if (!isTrusted) this.setState({ isShown: false })
      },
    } as const
    return (
      <div class="secret">
        {isShown ? <input {...input} type="text" /> : <input {...input} type="password" />}
        <button
          type="button"
          class="quiet"
          aria-describedby={`${text.id}-label`}
          onClick={() => this.setState({ isShown: !isShown })}
        >
          {isShown ? words.hide : words.show}
        </button>
      </div>
    )
  }
}
