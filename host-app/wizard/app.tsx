import type { ComponentChildren } from 'preact'
import { shell } from './messages/en/shell.ts'
import { FormScreen } from './screens/form-screen.tsx'
import type { LazyName } from './screens/screen-files.ts'
import type { Screen, ScreenProps } from './screens/screen.ts'
import { Mark } from './ui/mark.tsx'
import { Name } from './ui/name.tsx'
import { Sentence } from './ui/sentence.tsx'
import { isCancelAsked, isConsentAsked, isReconnecting, screenOf, stepsOf } from './view.ts'
import type { WizardState } from './wizard-state.ts'

export type LazyScreens = { readonly [name in LazyName]?: Screen }

/** The parts that the state calls for and that may still have to be loaded. */
export function partsOf(state: WizardState): LazyName[] {
  const screen = screenOf(state)
  return [
    ...(screen === 'form' ? [] : [screen]),
    ...(isConsentAsked(state) ? (['consent'] as const) : []),
    ...(isCancelAsked(state) ? (['cancelling'] as const) : []),
  ]
}

/** The whole wizard: head, steps, and the one screen that the state calls for. */
export function App({ screens, ...props }: ScreenProps & { screens: LazyScreens }) {
  const { state } = props
  const name = screenOf(state)
  const isAsked = isConsentAsked(state)
  const Current = name === 'form' ? FormScreen : (screens[name] ?? Loading)
  const Consent = screens.consent ?? Loading
  const Cancelling = screens.cancelling
  return (
    <>
      <Head {...props} />
      <main>
        {isAsked && <Consent {...props} />}
        {/* Stays while consent is asked: its inputs hold what was typed. */}
        <div hidden={isAsked} class="screen">
          <Current key={name} {...props} />
        </div>
        {isReconnecting(state) && (
          <p class="offline" role="status">
            {shell.offline}
          </p>
        )}
        {Cancelling && isCancelAsked(state) && <Cancelling {...props} />}
      </main>
    </>
  )
}

function Head({ state, wizard }: ScreenProps) {
  const { connector, flow } = state
  const isOver = screenOf(state) === 'notice'
  return (
    <header>
      {connector && (
        <div class="brand">
          {flow && (
            <p class="asking">
              {flow.app.logo && <Mark of={flow.app} />}
              <span>
                <strong>
                  <Name>{flow.app.name}</Name>
                </strong>{' '}
                <span class="muted">
                  <Sentence>{shell.forAccount(flow.company)}</Sentence>
                </span>
              </span>
            </p>
          )}
          <p class="connector">
            <Mark of={connector} />
            <Name>{connector.name}</Name>
          </p>
        </div>
      )}
      {!isOver && <Steps state={state} wizard={wizard} />}
    </header>
  )
}

/** The steps by name; each that can be gone to is a button, once there is something to press it with. */
function Steps({ state, wizard }: ScreenProps) {
  const { steps, current } = stepsOf(state)
  const open = state.isReady ? (state.flow?.reachable ?? []) : []
  const position = current === 'done' ? steps.length : steps.indexOf(current)
  return (
    <nav aria-label={shell.steps}>
      <ol>
        {steps.map((step, index) => (
          <li
            key={step}
            class={index < position ? 'finished' : ''}
            aria-current={index === position ? 'step' : undefined}
          >
            {index !== position && open.includes(step) ? (
              <button type="button" onClick={() => wizard?.goToStep(step)}>
                {shell.step[step]}
              </button>
            ) : (
              shell.step[step]
            )}
            {index < position && <Hidden> ({shell.finished})</Hidden>}
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** For screen readers only. */
function Hidden({ children }: { children: ComponentChildren }) {
  return <span class="unseen">{children}</span>
}

function Loading() {
  return (
    <p class="loading" role="status">
      {shell.loading}
    </p>
  )
}
