import { account as words } from '../messages/en/account.ts'
import { Actions } from '../ui/actions.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { isBusy } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** Asks which account is meant, after the person came back from the provider as somebody else. */
export function AccountQuestion({ state, wizard, provider }: ScreenProps & { provider: string }) {
  const { flow, intent } = state
  if (!flow?.other_account) return null
  const { name, may_add: mayAdd } = flow.other_account
  const answers = ['replaceAccount', 'keepAccount', ...(mayAdd ? ['addAccount' as const] : [])] as const
  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="lead">
        <Sentence>{words.lead(provider)}</Sentence>
      </p>
      <dl class="card facts">
        <div>
          <dt>{words.connected}</dt>
          <dd>
            <Name>{flow.source?.external_account ?? words.unknown}</Name>
          </dd>
        </div>
        <div>
          <dt>{words.authorized}</dt>
          <dd>
            <Name>{name ?? words.unknown}</Name>
          </dd>
        </div>
      </dl>
      <div class="answers">
        {answers.map((answer) => (
          <button
            key={answer}
            type="button"
            aria-busy={isBusy(state) && intent?.name === answer}
            onClick={() => wizard?.intend({ name: answer })}
          >
            <span>
              <span>{words.answers[answer].title}</span>
              <span class="hint">{words.answers[answer].means}</span>
            </span>
          </button>
        ))}
      </div>
      <Actions state={state} wizard={wizard} />
    </>
  )
}
