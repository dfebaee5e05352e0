import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Page } from '@playwright/test'
import { noteSecretsOf } from '../../evidence.ts'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import type { Stack } from '../../stack.ts'
import { clickDone, expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'

/* What the README tells an engineer to write is run, to the letter, against a host in production. */

test.use({ hostEnv: { NODE_ENV: 'production', BOBBIN_TIMINGS: '' } })

/** The README's three pieces: what is done once, what the back end has, what the page has. */
async function readPieces(): Promise<{ once: string; backEnd: string; page: string }> {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const section = /<!-- embed -->([^]*)<!-- \/embed -->/.exec(readme)?.[1] ?? ''
  const blocks = [...section.matchAll(/```(js|html)\n([^]*?)```/g)].map(([, , text]) => text ?? '')
  expect(blocks).toHaveLength(3)
  const [once = '', backEnd = '', page = ''] = blocks
  return { once, backEnd, page }
}

/** Runs a piece of the back end, which knows these names. */
async function runPiece(code: string, names: Readonly<Record<string, unknown>>): Promise<void> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>
  await new AsyncFunction(...Object.keys(names), code)(...Object.values(names))
}

/** As much of an Express app as the README's lines use; behind it the page. */
type Handler = (request: object, response: object, next: () => void) => unknown
function createSite(page: string) {
  const posts = new Map<string, Handler[]>()
  const app = { post: (path: string, ...handlers: Handler[]) => void posts.set(path, handlers) }

  function answer(request: IncomingMessage, raw: ServerResponse): void {
    if (request.method !== 'POST') return void raw.writeHead(200, { 'content-type': 'text/html' }).end(page)
    const response = {
      status: (code: number) =>
        Object.assign(response, raw.writeHead(code, { 'content-type': 'application/json' })),
      json: (body: unknown) => raw.end(JSON.stringify(body)),
    }
    const next = (rest: Handler[]) => {
      const [handler, ...others] = rest
      return handler?.({ user: 'Anna' }, response, () => next(others))
    }
    void next(posts.get(new URL(request.url ?? '', 'https://app').pathname) ?? [])
  }
  return { app, answer }
}

test('the twenty lines of the README work in production, and say why where the first of them is left out', async ({
  page,
  cleanStack,
  database,
}) => {
  const pieces = await readPieces()
  const account = await cleanStack.api.createAccount([])
  const { accessToken } = account
  const origin = cleanStack.origins.opener2
  const atHome = backEndOf(cleanStack)
  const site = createSite(pieces.page.replaceAll('https://connect.example.com', cleanStack.origins.wizard))
  await runPiece(atHome(pieces.backEnd), {
    app: site.app,
    requireUser: (_request: object, _response: object, next: () => void) => next(),
    accessTokenOf: () => accessToken,
    fetch: fetchAndNote,
  })
  cleanStack.proxy.answer(hosts.opener2, site.answer)
  await page.goto(origin)

  await test.step('without its origin on the list', async () => {
    const said = heard(page, 'UpgradeEphemeralToken')
    await page.getByRole('button', { name: 'Connect PostgreSQL' }).click()
    const words = `The origin ${origin} is not allowed: the account has no allowed origins yet`
    expect(await said).toContain(words)
    // The page may hear of it before the line is on the disk.
    await expect.poll(() => cleanStack.hostApp.readLog()).toContain(`a page was refused: ${words}`)
  })

  await test.step('and with it', async () => {
    await runPiece(atHome(pieces.once).replace('https://app.example.com', origin), { accessToken, fetch })
    const said = heard(page, 'Connected')
    const popup = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Connect PostgreSQL' }).click()
    const wizard = await popup
    await fillPostgresForm(wizard, { ...database, name: 'Shop' })
    await passCheck(wizard)
    await selectStreams(wizard, ['orders'])
    await expectAllSet(wizard)
    await clickDone(wizard)
    expect(await said).toMatch(/^Connected Shop, streams: \[.*orders.*\]$/)
  })
  // What the account was told is evidence for the log scan.
  await account.ask('GET', '/v4/events')
})

/** The back end calls the host where this process reaches it. */
function backEndOf({ hostApp }: Stack) {
  return (code: string) => code.replaceAll('https://connect.example.com', `http://127.0.0.1:${hostApp.port}`)
}

async function fetchAndNote(...call: Parameters<typeof fetch>): Promise<Response> {
  const reply = await fetch(...call)
  noteSecretsOf(await reply.clone().json())
  return reply
}

/** The next line on the page's console that begins so. */
async function heard(page: Page, beginning: string): Promise<string> {
  const message = await page.waitForEvent('console', (one) => one.text().startsWith(beginning))
  return message.text()
}
