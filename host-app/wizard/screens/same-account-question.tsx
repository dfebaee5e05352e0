import { account } from '../messages/en/account.ts'
import { Actions } from '../ui/actions.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { type AccountAnswer, AccountAnswers } from './account-answers.tsx'
import type { ScreenProps } from './screen.ts'

const words = account.same

/** Asks what is meant by adding an account that has a connection: to renew that one, another one beside it, or neither. */
export function SameAccountQuestion({ state, wizard, provider }: ScreenProps & { provider: string }) {
  const { flow } = state
  if (!flow?.same_account) return null
  const { name, sources } = flow.same_account
  const hasGone = sources.length === 0
  const repairs = sources
    .filter(({ may_repair: mayRepair }) => mayRepair)
    .map(({ id, display_name }): AccountAnswer => ({
      intent: { name: 'repairSource', body: { source_id: id } },
      title: words.answers.repairSource.title(display_name),
      means: words.answers.repairSource.means,
    }))
  const add = hasGone ? words.answers.addGone : words.answers.addAccount
  return (
    <>
      <h1 tabIndex={-1}>{hasGone ? words.goneTitle : words.title}</h1>
      <p class="lead">
        <Sentence>{hasGone ? words.goneLead : words.lead(provider)}</Sentence>
      </p>
      <dl class="card facts">
        <div>
          <dt>{words.account}</dt>
          <dd>
            <Name>{name}</Name>
          </dd>
        </div>
        {!hasGone && (
          <div>
            <dt>{words.connections}</dt>
            {sources.map(({ id, display_name }) => (
              <dd key={id}>
                <Name>{display_name}</Name>
              </dd>
            ))}
          </div>
        )}
      </dl>
      <AccountAnswers
        state={state}
        wizard={wizard}
        answers={[
          ...repairs,
          { intent: { name: 'addAccount' }, ...add },
          { intent: { name: 'keepAccount' }, ...words.answers.keepAccount },
        ]}
      />
      <Actions state={state} wizard={wizard} />
    </>
  )
}
