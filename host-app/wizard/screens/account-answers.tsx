import { Sentence } from '../ui/sentence.tsx'
import { isBusy, type Intent, type WizardState } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** One answer to a question about accounts: what it is called, and what comes of it. */
export interface AccountAnswer {
  readonly intent: Extract<Intent, { name: 'replaceAccount' | 'keepAccount' | 'addAccount' | 'repairSource' }>
  readonly title: string
  readonly means: string
}

export function AccountAnswers({
  state,
  wizard,
  answers,
}: Pick<ScreenProps, 'state' | 'wizard'> & { readonly answers: readonly AccountAnswer[] }) {
  return (
    <div class="answers">
      {answers.map(({ intent, title, means }) => (
        <button
          key={JSON.stringify(intent)}
          type="button"
          disabled={!state.isReady}
          aria-busy={isUnderWay(state, intent)}
          onClick={() => wizard?.intend(intent)}
        >
          <span>
            <span>
              <Sentence>{title}</Sentence>
            </span>
            <span class="hint">{means}</span>
          </span>
        </button>
      ))}
    </div>
  )
}

function isUnderWay(state: WizardState, intent: AccountAnswer['intent']): boolean {
  const { intent: current } = state
  if (!isBusy(state) || current?.name !== intent.name) return false
  return !('body' in intent) || !('body' in current) || isSameSource(current.body, intent.body)
}

const isSameSource = (one: object, other: { readonly source_id: number }) =>
  'source_id' in one && one.source_id === other.source_id
