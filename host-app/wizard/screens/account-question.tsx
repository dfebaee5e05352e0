import { account as words } from '../messages/en/account.ts'
import { Actions } from '../ui/actions.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { AccountAnswers } from './account-answers.tsx'
import type { ScreenProps } from './screen.ts'

/** Asks which account is meant, after the person came back from the provider as somebody else. */
export function AccountQuestion({ state, wizard, provider }: ScreenProps & { provider: string }) {
  const { flow } = state
  if (!flow?.other_account) return null
  const { name, may_add: mayAdd } = flow.other_account
  const names = ['replaceAccount', 'keepAccount', ...(mayAdd ? ['addAccount' as const] : [])] as const
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
      <AccountAnswers
        state={state}
        wizard={wizard}
        answers={names.map((name) => ({ intent: { name }, ...words.answers[name] }))}
      />
      <Actions state={state} wizard={wizard} />
    </>
  )
}
