import { Component } from 'preact'
import type { CallError } from '../api-client.ts'
import { consent as words } from '../messages/en/consent.ts'
import { shell } from '../messages/en/shell.ts'
import { Actions } from '../ui/actions.tsx'
import { Mark } from '../ui/mark.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { ScreenProps } from './screen.ts'

interface LocalState {
  isSending: boolean
  error: CallError | null
}

/**
 * Asks whether the person started this themselves: a link to somebody else's flow must not collect
 * their data. What they were doing goes on afterwards.
 */
export class ConsentScreen extends Component<ScreenProps, LocalState> {
  override state: LocalState = { isSending: false, error: null }

  agree = async (): Promise<void> => {
    if (this.state.isSending) return
    this.setState({ isSending: true, error: null })
    const error = (await this.props.wizard?.agree()) ?? null
    this.setState({ isSending: false, error })
  }

  override render({ state, wizard }: ScreenProps, { isSending, error }: LocalState) {
    const { flow, connector } = state
    if (!flow || !connector) return null
    return (
      <div class="screen">
        <h1 tabIndex={-1}>{words.title}</h1>
        <p class="lead">{words.text}</p>
        <dl class="card facts">
          <div>
            <dt>{words.app}</dt>
            <dd class="app">
              {flow.app.logo && <Mark of={flow.app} />}
              <Name>{flow.app.name}</Name>
            </dd>
          </div>
          <div>
            <dt>{words.company}</dt>
            <dd>
              <Name>{flow.company}</Name>
            </dd>
          </div>
          <div>
            <dt>{words.connector}</dt>
            <dd>
              <Name>{connector.name}</Name>
            </dd>
          </div>
          <div>
            <dt>{words.origin}</dt>
            <dd>
              <Name>{flow.origin}</Name> <strong>({words.unverified})</strong>
            </dd>
          </div>
        </dl>
        <p>{words.warning}</p>
        {error && (
          <div class="notice danger" role="alert">
            <p>
              <Sentence>{error.message || shell.unreachable}</Sentence>
            </p>
          </div>
        )}
        <Actions state={state} wizard={wizard}>
          <button type="button" class="primary" onClick={this.agree} aria-busy={isSending}>
            <span>
              <Sentence>{words.agree(flow.app.name)}</Sentence>
            </span>
          </button>
        </Actions>
      </div>
    )
  }
}
