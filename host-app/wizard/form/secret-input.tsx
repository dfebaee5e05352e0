import { Component, type InputHTMLAttributes } from 'preact'
import { form as words } from '../messages/en/form.ts'

type Props = InputHTMLAttributes<HTMLInputElement> & { title: string }

/** A secret: blank at first, never remembered by the browser, shown on request. */
export class SecretInput extends Component<Props, { isShown: boolean }> {
  override state = { isShown: false }

  override render({ title, ...input }: Props, { isShown }: { isShown: boolean }) {
    return (
      <div class="secret">
        <input
          {...input}
          type={isShown ? 'text' : 'password'}
          autocomplete="new-password"
          autocapitalize="none"
        />
        <button
          type="button"
          class="quiet"
          aria-pressed={isShown}
          aria-label={words.showSecret(title)}
          onClick={() => this.setState({ isShown: !isShown })}
        >
          {isShown ? words.hide : words.show}
        </button>
      </div>
    )
  }
}
