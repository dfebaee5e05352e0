import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { chooseStreams, createCrmSource, expectStreams } from '../popup/crm-trip.ts'
import { expectResult, progressOf } from '../popup/promises.ts'
import { takeOverProvider } from './evil-provider.ts'
import { messagesFrom, readies } from './messages.ts'
import { expectMet } from './met.ts'

/** The wizard's window shows pages that are not ours: the provider's, and whatever those have become. */

test(
  'a provider page cannot navigate the page that opened the window, nor speak to it',
  {
    tag: ['@popup-51', '@attack'],
  },
  async ({ cleanStack, account, customer }) => {
    const { origins, proxy } = cleanStack
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await expectMet(customer)
    const evil = takeOverProvider(
      proxy,
      wizard,
      `try { opener.location = ${JSON.stringify(origins.evil)}; succeeded('navigated') } catch {}
    try { opener.postMessage('from evil', '*'); succeeded('spoken') } catch {}`,
    )
    const address = customer.page.url()
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await expect(evil.opener).toHaveText('none')
    await expect(evil.successes).toHaveCount(0)
    await evil.leave()
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    expect(customer.page.url()).toBe(address)
    expect(proxy.requests.filter(({ host }) => host === hosts.evil)).toEqual([])
    expect(messagesFrom(customer, origins.provider)).toEqual([])
  },
)

test(
  'a provider page that did get hold of the opener, and speaks all our languages, is not listened to',
  {
    tag: ['@popup-48', '@popup-49', '@attack'],
  },
  async ({ context, cleanStack, account, customer }) => {
    const { origins, proxy } = cleanStack
    // As in a browser that would not let the wizard drop its opener.
    await context.addInitScript((wizardOrigin) => {
      if (location.origin !== wizardOrigin) return
      const { opener } = window
      Object.defineProperty(window, 'opener', { get: () => opener, set() {} })
    }, origins.wizard)
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await expectMet(customer)
    const [ready] = readies(customer, origins.wizard)
    if (!ready) throw new Error('The page met no wizard.')
    const { flowId, docId, pageId } = ready
    const forged = { id: 666, type: 'platform.evil', display_name: 'Evil', step: 'fully_configured' }
    const evil = takeOverProvider(
      proxy,
      wizard,
      `const hello = { bobbin: 1, flowId: known.flowId, kind: 'hello', pageId: known.pageId, relay: 'down' }
    const event = { seq: 1000, at: Date.now(), type: 'completed', data: known.forged }
    setInterval(() => {
      for (const docId of [known.docId, 'evil-document']) {
        const ready = { ...hello, kind: 'ready', docId }
        for (const message of [hello, ready, { ...ready, kind: 'here' }, event]) opener.postMessage(message, '*')
      }
    }, 50)
    for (const docId of [known.docId, 'evil-document']) {
      const connection = Penpal.connect({
        messenger: new Penpal.WindowMessenger({ remoteWindow: opener, allowedOrigins: ['*'] }),
        methods: { close: () => succeeded('close was called'), claim: () => succeeded('claim was called') },
        channel: 'bobbin:' + docId + ':' + known.pageId,
      })
      connection.promise.then((page) => { succeeded('connected'); page.event(event) })
    }`,
      () => ({ flowId, docId, pageId, forged }),
    )
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await expect(evil.opener).toHaveText('there')
    await expect.poll(() => messagesFrom(customer, origins.provider).length).toBeGreaterThan(30)
    const kinds = JSON.stringify(messagesFrom(customer, origins.provider))
    for (const kind of ['hello', 'ready', 'here', 'completed', 'SYN']) expect(kinds).toContain(`"${kind}"`)
    await expect(evil.successes).toHaveCount(0)
    await expect(evil.messages).toHaveCount(0)
    expect(call.isPending()).toBe(true)

    // The link is where it was: with the relay held, the result can come by nothing else.
    await evil.leave()
    await answerProvider(wizard)
    await expectStreams(wizard)
    await expect
      .poll(() => readies(customer, origins.wizard).some((ready) => ready.docId !== docId))
      .toBe(true)
    proxy.rule({ path: /\/relay$/ }, { hold: true })
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
  },
)

test(
  'a person who clicks before the wizard has started does not leave for the provider with the opener in hand',
  {
    tag: ['@popup-51', '@attack'],
  },
  async ({ cleanStack, account, customer }) => {
    const { proxy } = cleanStack
    const id = await createCrmSource(account)
    const scripts = proxy.rule({ path: /^\/wizard\/assets\/.*\.js$/ }, { hold: true })
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await expect.poll(() => progressOf(customer)).toContain('claimed')
    // The claim may overtake the window's own first page, and Chromium reloads no window whose page is just about to come.
    await wizard.waitForURL(/\/connect\//, { waitUntil: 'commit' })
    // The page that the server makes of the claimed flow, with the link on it.
    await wizard.reload({ waitUntil: 'commit' })
    const authorize = wizard.getByText('Authorize with Demo CRM')
    await authorize.click()
    await expect(authorize).toBeVisible()
    expect(await authorize.getAttribute('href')).toBeNull()
    scripts.lift()
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id })
  },
)
