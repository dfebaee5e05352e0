import { account as words } from '../messages/en/account.ts'
import { Actions } from '../ui/actions.tsx'
import { isBusy, type Intent } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** Asks which account is meant, after the person came back from the provider as somebody else. */
export function AccountQuestion({ state, wizard, provider }: ScreenProps & { provider: string }) {
  const { flow, intent } = state
  if (!flow?.other_account) return null
  const { name, may_add: mayAdd } = flow.other_account
  const isDoing = (action: Intent['name']) => isBusy(state) && intent?.name === action
  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="lead">{words.lead(provider)}</p>
      <dl class="card facts">
        <div>
          <dt>{words.connected}</dt>
          <dd>
            <bdi>{flow.source?.external_account ?? words.unknown}</bdi>
          </dd>
        </div>
        <div>
          <dt>{words.authorized}</dt>
          <dd>
            <bdi>{name ?? words.unknown}</bdi>
          </dd>
        </div>
      </dl>
      <p>{words.replaceMeans}</p>
      {mayAdd && <p>{words.addMeans}</p>}
      <Actions state={state} wizard={wizard}>
        {mayAdd && (
          <button
            type="button"
            onClick={() => wizard?.intend({ name: 'addAccount' })}
            aria-busy={isDoing('addAccount')}
          >
            {words.add}
          </button>
        )}
        <button
          type="button"
          onClick={() => wizard?.intend({ name: 'keepAccount' })}
          aria-busy={isDoing('keepAccount')}
        >
          {words.keep}
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => wizard?.intend({ name: 'replaceAccount' })}
          aria-busy={isDoing('replaceAccount')}
        >
          {words.replace}
        </button>
      </Actions>
    </>
  )
}
