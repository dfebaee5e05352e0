import {
  personFields,
  type PartnerField,
  type PartnerPage as Page,
  type PartnerWay,
  type PersonField,
} from '@bobbin/shared/partner-page'
import { controlProps, fieldId } from '../form/control-props.ts'
import { FieldFrame } from '../form/field.tsx'
import { partner as words } from '../messages/en/partner.ts'
import { Mark } from '../ui/mark.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'

const formId = 'answer'
const refusalId = 'refusal'

const completion: Readonly<Record<PersonField, string>> = {
  company: 'organization',
  email: 'email',
  first_name: 'given-name',
  last_name: 'family-name',
}

/**
 * Who asks, for what, and on behalf of which account. Works without script, where the browser may send forms: both ways are
 * in the page, and the style sheet shows the fields of the chosen one, so that changing one's mind loses nothing.
 */
export function PartnerPage({ page }: { page: Page }) {
  const { partner, backTo, ticket, notice, errors } = page
  const first = (Object.keys(errors) as PartnerField[])[0]
  return (
    <>
      <header>
        <p class="brand">
          <Mark of={{ name: partner, logo: null }} />
          <Name>{partner}</Name>
        </p>
      </header>
      <main>
        <div class="screen">
          <h1>
            <Sentence>{words.title(partner)}</Sentence>
          </h1>
          <p>
            <Sentence>{words.text(partner)}</Sentence>
          </p>
          <ul class="rights">
            {words.rights.map((right) => (
              <li>{right}</li>
            ))}
          </ul>
          <p class="hint">{words.until}</p>
          <dl class="card facts">
            <div>
              <dt>{words.partner}</dt>
              <dd>
                <Name>{partner}</Name>
              </dd>
            </div>
            <div>
              <dt>{words.backTo}</dt>
              <dd>
                <Name>{backTo}</Name>
              </dd>
            </div>
          </dl>
          <form id={formId} method="post" action="/oauth/authorization" noValidate class="ways">
            {notice && (
              <p class="notice danger" role="alert">
                {words.notices[notice]}
              </p>
            )}
            <Errors errors={errors} />
            <input type="hidden" name="ticket" value={ticket} />
            <input type="hidden" name="answer" value="allow" />
            <fieldset>
              <legend>{words.way}</legend>
              <Way way="create" title={words.create} chosen={page.way} />
              <Way way="sign_in" title={words.signIn} chosen={page.way} />
            </fieldset>
            <div class="create-fields">
              {personFields.map((name) => (
                <Field name={name} errors={errors}>
                  {(props) => (
                    <input
                      {...props}
                      type="text"
                      inputMode={name === 'email' ? 'email' : 'text'}
                      autocomplete={completion[name]}
                      defaultValue={page.values[name]}
                      autofocus={name === first}
                    />
                  )}
                </Field>
              ))}
            </div>
            <div class="sign-in-fields">
              <Field name="access_token" errors={errors} hint={words.tokenHint}>
                {(props) => (
                  <input
                    {...props}
                    type="password"
                    autocomplete="off"
                    spellcheck={false}
                    autofocus={first === 'access_token'}
                  />
                )}
              </Field>
            </div>
          </form>
          {/* A form of its own: Enter in a field must mean Allow, not the first button of the page. */}
          <form id={refusalId} method="post" action="/oauth/authorization">
            <input type="hidden" name="ticket" value={ticket} />
            <input type="hidden" name="answer" value="refuse" />
          </form>
          <p>{words.warning}</p>
          <p class="notice danger" id="not-sent" role="alert" hidden>
            {words.notSent}
          </p>
          <div class="actions">
            <button type="submit" form={refusalId} class="quiet">
              {words.refuse}
            </button>
            <div>
              <button type="submit" form={formId} class="primary">
                {words.allow}
              </button>
            </div>
          </div>
        </div>
      </main>
    </>
  )
}

function Way({ way, title, chosen }: { way: PartnerWay; title: string; chosen: PartnerWay }) {
  return (
    <label class="way">
      <input type="radio" name="way" value={way} id={`way-${way}`} defaultChecked={way === chosen} />
      {title}
    </label>
  )
}

type Errors = Page['errors']

function Field({
  name,
  errors,
  hint,
  children,
}: {
  name: PartnerField
  errors: Errors
  hint?: string
  children: (props: ReturnType<typeof controlProps> & { 'aria-required': 'true' }) => preact.ComponentChildren
}) {
  const title = words.fields[name]
  const error = sentenceOf(errors, name)
  return (
    <FieldFrame name={name} title={title} hint={hint} error={error}>
      {children({ ...controlProps(name, hint, error), 'aria-required': 'true' })}
    </FieldFrame>
  )
}

function Errors({ errors }: { errors: Errors }) {
  const names = Object.keys(errors) as PartnerField[]
  if (names.length === 0) return null
  return (
    <div class="notice danger" role="alert">
      <h2>{words.summary(names.length)}</h2>
      <ul>
        {names.map((name) => (
          <li>
            <a href={`#${fieldId(name)}`}>{sentenceOf(errors, name)}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function sentenceOf(errors: Errors, name: PartnerField): string | undefined {
  const error = errors[name]
  return error && words.errors[error](words.fields[name])
}
