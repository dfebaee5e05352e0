import type { Choice } from '@bobbin/shared/flow'
import { useState } from 'preact/hooks'
import { choices as words } from '../messages/en/choices.ts'
import { oauth } from '../messages/en/oauth.ts'
import type { ScreenProps } from '../screens/screen.ts'
import { Actions } from '../ui/actions.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { isBusy } from '../wizard-state.ts'
import { OptionList } from './option-list.tsx'

/** What to connect of the authorized account: asked once there is one, and before anything is read of it. */
export function Choices({
  state,
  wizard,
  provider,
  onAuthorize,
}: ScreenProps & { provider: string; onAuthorize(event: Event): void }) {
  const { flow } = state
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [isSent, setSent] = useState(false)
  if (!flow) return null
  const valueOf = ({ name, value }: Choice) => values[name] ?? value ?? ''
  const missing = flow.choices.filter((choice) => choice.is_required && !valueOf(choice))

  function send(): void {
    setSent(true)
    const [first] = missing
    if (first) return document.getElementById(`choice-${first.name}`)?.focus()
    const chosen = flow?.choices.map((choice) => [choice.name, valueOf(choice)]) ?? []
    const properties = Object.fromEntries(chosen.filter(([, value]) => value))
    wizard?.intend({ name: 'saveChoices', body: { properties } })
  }

  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="lead">
        <Sentence>{words.lead(provider)}</Sentence>
      </p>
      {flow.source?.external_account && (
        <dl class="card facts">
          <div>
            <dt>{oauth.connected}</dt>
            <dd>
              <Name>{flow.source.external_account}</Name>
            </dd>
          </div>
        </dl>
      )}
      <p>
        <a
          href={state.isReady ? wizard?.authorizeHref() : undefined}
          onClick={onAuthorize}
          aria-busy={isBusy(state) && state.intent?.name === 'authorize'}
        >
          <Sentence>{oauth.again(provider)}</Sentence>
        </a>
      </p>
      {flow.choices.map((choice) => (
        <OptionList
          key={choice.name}
          choice={choice}
          ask={
            wizard && ((question) => wizard.api.call('findOptions', { property: choice.name, ...question }))
          }
          value={valueOf(choice)}
          isMissing={isSent && missing.includes(choice)}
          onChoose={(value, isByHand) => {
            setValues((before) => ({ ...before, [choice.name]: value }))
            if (isByHand) wizard?.setDirty(true)
          }}
        />
      ))}
      <Actions state={state} wizard={wizard}>
        <button
          type="button"
          class="primary"
          disabled={!state.isReady}
          onClick={send}
          aria-busy={isBusy(state) && state.intent?.name === 'saveChoices'}
        >
          {words.continue}
        </button>
      </Actions>
    </>
  )
}
