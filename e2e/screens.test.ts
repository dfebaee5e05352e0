import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { LazyName, ScreenName } from '../host-app/wizard/screens/screen-files.ts'

/** The pictures under which the stories look at each screen of the wizard's one list; one that is new has none yet. */
const pictures: { readonly [name in ScreenName | LazyName]: readonly [string, ...string[]] } = {
  preparing: ['preparing'],
  form: ['form', 'form-faulty', 'form-edit', 'form-too-often', 'form-after-check', 'app-settings'],
  oauth: ['oauth', 'oauth-refused', 'oauth-connected', 'other-account', 'same-account', 'same-account-gone'],
  discover_schema: ['check-running', 'check-failed'],
  field_selection: ['streams', 'streams-none-selected', 'streams-no-match', 'stream', 'streams-selected'],
  done: ['done', 'done-account'],
  notice: ['elsewhere', 'link-incomplete', 'answer-of-nobody', 'cancelled'],
  consent: ['consent', 'consent-app'],
  cancelling: ['cancel-question'],
}

it('every screen of the wizard is looked at in a browser', async () => {
  const folder = new URL('./specs/stories/', import.meta.url)
  const specs = (await readdir(folder)).filter((file) => file.endsWith('.spec.ts'))
  const texts = await Promise.all(specs.map((file) => readFile(new URL(file, folder), 'utf8')))
  // Named in the call, or in a list of those that are looked at alike.
  const looked = texts.filter((text) => text.includes('look(')).join('\n')
  const missing = Object.values(pictures)
    .flat()
    .filter((picture) => !looked.includes(`'${picture}'`))
  expect(missing).toEqual([])
})
