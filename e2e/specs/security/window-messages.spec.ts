import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { chooseStreams, demoCrm } from '../popup/crm-trip.ts'
import { expectResult } from '../popup/promises.ts'
import { returnToStreams } from '../popup/trip-stories.ts'
import { messagesFrom, readies } from './messages.ts'
import { expectMet } from './met.ts'
import { penpalScript } from './penpal-script.ts'

/** Between page and wizard only the right window, of the right origin, about the right flow, from the present document counts. */

test.beforeEach(async ({ context }) => {
  // Each page keeps what it is sent, and a hold of the windows that it opens.
  await context.addInitScript(() => {
    const heard: unknown[] = []
    addEventListener('message', ({ data, source }) => {
      heard.push(data)
      Object.assign(window, { speaker: source })
    })
    const opened: Window[] = []
    const { open } = window
    window.open = (...given) => {
      const window_ = open.apply(window, given)
      if (window_) opened.push(window_)
      return window_
    }
    Object.assign(window, { heard, opened })
  })
})

test(
  'a page does not listen to a wizard that is not the one it opened for this flow',
  {
    tag: ['@popup-49', '@attack'],
  },
  async ({ cleanStack, account, customer }) => {
    const { origins, proxy } = cleanStack
    const { id, wizard, call } = await returnToStreams(customer, account)
    await expect.poll(() => new Set(readies(customer, origins.wizard).map(({ docId }) => docId)).size).toBe(2)
    const [old, present] = [readies(customer, origins.wizard)[0], readies(customer, origins.wizard).at(-1)]
    if (!old || !present) throw new Error('The page met no wizard.')
    const { flowId, pageId } = present
    const other = await customer.open('addSource', { type: demoCrm })
    await expect(other.wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()

    // Right origin, wrong window. Right window and origin: wrong flow, old document, wrong page.
    await post(other.wizard, { ...present, docId: 'wrong-window' })
    await post(wizard, { ...present, docId: 'wrong-flow', flowId: 'x'.repeat(22) })
    await post(wizard, { ...old, flowId, pageId })
    await post(wizard, { ...present, docId: 'wrong-page', pageId: 'wrong-page' })
    await post(wizard, { ...present, docId: 'wrong-kind', kind: 'result' })
    await post(wizard, { ...present, docId: 'wrong-version', bobbin: 2 })
    const last = { bobbin: 1, flowId, kind: 'here', docId: 'the-last' }
    await post(wizard, last)
    await expect.poll(() => messagesFrom(customer, origins.wizard)).toContainEqual(last)

    // Had the page followed one of them, it would have called that document, and left the right one.
    proxy.rule({ path: /\/relay$/ }, { hold: true })
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    const channels = JSON.stringify([await heardBy(wizard), await heardBy(other.wizard)])
    for (const docId of [
      'wrong-window',
      'wrong-flow',
      'wrong-page',
      'wrong-kind',
      'wrong-version',
      old.docId,
    ]) {
      expect(channels).not.toContain(`bobbin:${docId}:`)
    }
  },
)

test(
  'a wizard does not listen to a window that did not open it, though it is of the right origin',
  {
    tag: ['@popup-49', '@attack'],
  },
  async ({ cleanStack, customer }) => {
    const { wizard } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const hello = { bobbin: 1, flowId: idOf(wizard), kind: 'hello', pageId: 'frame', relay: 'up' }
    const frame = await customer.page.evaluateHandle(
      async ([message, host]) => {
        const element = document.createElement('iframe')
        element.srcdoc =
          `<script>parent.opened[0].postMessage(${JSON.stringify(message)}, '${host}')</` + 'script>'
        document.body.append(element)
        await new Promise((resolve) => element.addEventListener('load', resolve))
        return element
      },
      [hello, cleanStack.origins.wizard] as const,
    )
    await expect.poll(() => heardBy(wizard)).toContainEqual(hello)
    expect(await frame.evaluate((element) => Reflect.get(element.contentWindow ?? {}, 'heard'))).toEqual([])
    expect(JSON.stringify(messagesFrom(customer, cleanStack.origins.wizard))).not.toContain('"frame"')
  },
)

const unlisted = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__proto__.toString',
  'close.constructor',
  'event.constructor',
]

test(
  'a page can call nothing of the wizard but what it offers, and no stack crosses',
  {
    tag: ['@popup-55', '@popup-56', '@attack'],
  },
  async ({ cleanStack, customer }) => {
    const { wizard } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    await customer.page.evaluate(penpalFor)
    const callAll = () =>
      customer.page.evaluate(
        async ([flowId, host, paths]) => {
          const [remoteWindow] = Reflect.get(window, 'opened') as Window[]
          const pageId = crypto.randomUUID()
          const docId = await new Promise((resolve) => {
            addEventListener('message', ({ data }) => data.pageId === pageId && resolve(data.docId))
            remoteWindow?.postMessage({ bobbin: 1, flowId, kind: 'hello', pageId, relay: 'up' }, host)
          })
          return Reflect.get(window, 'callAll')(remoteWindow, [host], `bobbin:${docId}:${pageId}`, paths)
        },
        [idOf(wizard), cleanStack.origins.wizard, unlisted] as const,
      )
    // The wizard talks with one page: where the real one greets again meanwhile, it has the word back.
    await expect(async () => expectRefusals(await callAll())).toPass()
  },
)

test(
  'a wizard can call nothing of the page but what it offers, and no stack crosses',
  {
    tag: ['@popup-55', '@popup-56', '@attack'],
  },
  async ({ cleanStack, customer }) => {
    const { wizard } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const [ready] = readies(customer, cleanStack.origins.wizard)
    if (!ready) throw new Error('The page met no wizard.')
    await wizard.evaluate(penpalFor)
    const answers = await wizard.evaluate(
      async ([message, host, paths]) => {
        window.opener.postMessage(message, host)
        const channel = `bobbin:${message.docId}:${message.pageId}`
        return Reflect.get(window, 'callAll')(window.opener, [host], channel, paths)
      },
      [{ ...ready, docId: 'test-document' }, cleanStack.origins.opener, unlisted] as const,
    )
    expectRefusals(answers)
  },
)

/** Makes `callAll` in a page: connects, calls each path, and gives back what came of it. */
const penpalFor = `${penpalScript};
window.callAll = async (remoteWindow, allowedOrigins, channel, paths) => {
  const messenger = new Penpal.WindowMessenger({ remoteWindow, allowedOrigins })
  const remote = await Penpal.connect({ messenger, channel, timeout: 5000 }).promise
  const call = (path) => path.split('.').reduce((object, name) => object[name], remote)({}, null)
  return Promise.all(paths.map((path) => call(path).then(
    (value) => ({ path, value }),
    (error) => ({ path, error: error.code ?? error.name, text: error.message + error.stack }),
  )))
}; undefined`

function expectRefusals(answers: { path: string; error?: string; text?: string }[]): void {
  expect(answers.map(({ path, error }) => [path, error])).toEqual(
    unlisted.map((path) => [path, 'METHOD_NOT_FOUND']),
  )
  for (const { text } of answers) expect(text).not.toMatch(/\bat\b.*:\d+|https:/)
}

/** The wizard's window posts to the page, which it knows by its hello: after the trip it has no opener. */
async function post(wizard: Page, message: object): Promise<void> {
  await expect.poll(() => wizard.evaluate(() => 'speaker' in window)).toBe(true)
  await wizard.evaluate((data) => (Reflect.get(window, 'speaker') as Window).postMessage(data, '*'), message)
}

function heardBy(page: Page): Promise<unknown[]> {
  return page.evaluate(() => Reflect.get(window, 'heard') as unknown[])
}

function idOf(wizard: Page): string {
  return new URL(wizard.url()).pathname.split('/')[2] ?? ''
}
