import { isGoneBack } from '@bobbin/shared/steps'
import { Choices } from '../choices/choices.tsx'
import { oauth as words } from '../messages/en/oauth.ts'
import { dayOf } from '../messages/en/days.ts'
import { shell } from '../messages/en/shell.ts'
import { Actions } from '../ui/actions.tsx'
import { Name } from '../ui/name.tsx'
import { needsHelp, remedyOf } from '../remedies.ts'
import { Help } from '../ui/help.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { untranslated } from '../ui/untranslated.ts'
import { isBusy } from '../wizard-state.ts'
import { AccountQuestion } from './account-question.tsx'
import { SameAccountQuestion } from './same-account-question.tsx'
import type { ScreenProps } from './screen.ts'

/** Tells what will be asked and why, and leads to the provider. */
export function OauthScreen({ state, wizard }: ScreenProps) {
  const { flow, connector } = state
  if (!flow || !connector) return null
  const provider = connector.authorization?.provider_name ?? connector.name
  const scopes = connector.authorization?.scopes ?? []
  const { refusal } = flow
  const { external_account: account, reconnect_by: reconnectBy } = flow.source ?? {}
  const failure = refusal === null ? (flow.check?.failure ?? null) : null
  // A setting at fault has the form to be mended in: then it was not the authorization.
  const hasEnded =
    failure?.code === 'AuthorizationExpired' ||
    (failure?.code === 'CredentialsRejected' && failure.field === null)

  const isGoing = isBusy(state) && state.intent?.name === 'authorize'
  // The person came back to an authorization that stands.
  const next = isGoneBack(flow.reachable, flow.step) ? flow.reachable.at(-1) : undefined

  if (flow.other_account) return <AccountQuestion state={state} wizard={wizard} provider={provider} />
  if (flow.same_account) return <SameAccountQuestion state={state} wizard={wizard} provider={provider} />

  const isToChoose = flow.choices.length > 0 && !refusal && !hasEnded

  function follow(event: Event): void {
    if (flow?.consent === 'needed') {
      event.preventDefault()
      wizard?.intend({ name: 'authorize' })
    } else wizard?.disownOpener()
  }

  if (isToChoose) {
    return <Choices state={state} wizard={wizard} provider={provider} onAuthorize={follow} />
  }
  return (
    <>
      <h1 tabIndex={-1}>
        <Sentence>{words.title(connector.name)}</Sentence>
      </h1>
      {refusal && (
        <div class="notice danger" role="alert">
          <h2>
            <Sentence>
              {refusal.reason === 'misconfigured' ? words.notSetUp(provider) : words.refused(provider)}
            </Sentence>
          </h2>
          <p>{words.refusal[refusal.reason]}</p>
          {refusal.provider_code && (
            <p class="muted">
              <Sentence>{words.code(refusal.provider_code)}</Sentence>
            </p>
          )}
          {needsHelp(refusal.reason) && <Help app={flow.app} requestId={null} />}
        </div>
      )}
      {hasEnded && (
        <div class="notice danger" role="alert">
          <h2>
            <Sentence>{words.ended(provider)}</Sentence>
          </h2>
          <p>{words.endedBy}</p>
          {failure?.detail && (
            <p class="muted">
              <Sentence>{failure.detail}</Sentence>
            </p>
          )}
        </div>
      )}
      <p class="lead">
        <Sentence>{words.intro(provider)}</Sentence>
      </p>
      {(account || reconnectBy) && (
        <dl class="card facts">
          {account && (
            <div>
              <dt>{words.connected}</dt>
              <dd>
                <Name>{account}</Name>
              </dd>
            </div>
          )}
          {reconnectBy && (
            <div>
              <dt>{words.reconnectBefore}</dt>
              <dd>
                <time dateTime={reconnectBy}>{dayOf(reconnectBy)}</time>
              </dd>
            </div>
          )}
        </dl>
      )}
      {scopes.length > 0 ? (
        <section class="card">
          <h2>
            <Sentence>{words.asked(provider)}</Sentence>
          </h2>
          <ul class="scopes">
            {scopes.map(({ scope, reason, is_required: isRequired }) => (
              <li key={scope}>
                <span>
                  {reason}
                  {!isRequired && <span class="muted"> ({words.optional})</span>}
                </span>
                <code {...untranslated}>{scope}</code>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <p>
          <Sentence>{words.noScopes(provider)}</Sentence>
        </p>
      )}
      <Actions state={state} wizard={wizard}>
        {/* Before the script runs it leads nowhere: nobody would drop the opener. */}
        <a
          class={next || (refusal && remedyOf(refusal.reason) !== 'again') ? 'secondary' : 'primary'}
          href={state.isReady ? wizard?.authorizeHref() : undefined}
          onClick={follow}
          aria-busy={isGoing}
        >
          <span>
            <Sentence>
              {isGoing
                ? words.going(provider)
                : next
                  ? words.again(provider)
                  : refusal
                    ? shell.tryAgain
                    : words.authorize(provider)}
            </Sentence>
          </span>
        </a>
        {next && (
          <button type="button" class="primary" onClick={() => wizard?.goToStep(next)}>
            {words.keep}
          </button>
        )}
      </Actions>
    </>
  )
}
