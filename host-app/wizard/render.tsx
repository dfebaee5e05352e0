import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Boot, OpenedPage, PageNotice, WizardPage } from '@bobbin/shared/wizard-page'
import { renderToString } from 'preact-render-to-string'
import { App, partsOf } from './app.tsx'
import type { LazyName } from './screens/screen-files.ts'
import { bootElementId, bootJson } from './boot.ts'
import { help as helpWords } from './messages/en/help.ts'
import { home } from './messages/en/home.ts'
import { notices } from './messages/en/notices.ts'
import { opened as openedWords } from './messages/en/opened.ts'
import { shell } from './messages/en/shell.ts'
import { titleInHtml } from './page-title.ts'
import { PartnerPage } from './partner/partner-page.tsx'
import { allScreens } from './screens/all-screens.ts'
import { HelpLink } from './ui/help.tsx'
import { Sentence } from './ui/sentence.tsx'
import { untranslated } from './ui/untranslated.ts'
import { initialState } from './wizard-state.ts'

/** What the build of the browser's part wrote down beside this file. */
interface Manifest {
  /** Stands in every page. */
  readonly firstStyle: string
  /** Addresses of assets. */
  readonly laterStyle: string
  /** `start.ts`, which asks for the others. */
  readonly start: string
  /** `partner/answer-by-call.ts`, the one script of the partner page. */
  readonly partner: string
  /** `opened/tell-opener.ts`, the one script of a window that xkit.js opens. */
  readonly opened: string
  readonly script: readonly string[]
  /** What the script asks for next. */
  readonly screens: readonly string[]
  /** Per lazy part, the scripts that it needs beside the first. */
  readonly parts: { readonly [name in LazyName]: readonly string[] }
}

const manifest: Manifest = JSON.parse(readFileSync(new URL('manifest.json', import.meta.url), 'utf8'))

/** For the `style-src` of the pages' content security policy. */
export const styleHashes: readonly string[] = [
  `sha256-${createHash('sha256').update(manifest.firstStyle).digest('base64')}`,
]

/**
 * The whole HTML page. A flow's page shows all that is known of it at once (for a new source the form,
 * ready to be typed in); its script takes over from there. The other pages need none.
 */
export function renderPage(page: WizardPage, help: PageHelp = { requestId: null, support: null }): string {
  if (page.kind === 'flow') return flowPage(page)
  if (page.kind === 'home') return homePage()
  if (page.kind === 'opened') return openedPage(page)
  return page.kind === 'partner' ? partnerPage(page) : noticePage(page, help)
}

function flowPage(boot: Boot): string {
  const state = initialState(boot)
  const parts = partsOf(state)
  const body = renderToString(<App state={state} wizard={null} screens={allScreens} />)
  const preloads = parts.flatMap((name) => manifest.parts[name])
  const modules = [...new Set([...manifest.script.slice(1), ...manifest.screens, ...preloads])]
  const isLater = parts.length > 0
  return html({
    body: `<p class="notice danger" id="too-old" role="alert" hidden>${shell.needsNewerBrowser}</p><div id="app">${body}</div>`,
    head: isLater ? `<link rel="stylesheet" href="${manifest.laterStyle}">` : '',
    foot: [
      `<noscript><p class="notice">${shell.needsScript}</p></noscript>`,
      `<script type="application/json" id="${bootElementId}">${bootJson(boot)}</script>`,
      // Last: asked for from the head, it would come before the first paint.
      `<script async src="${manifest.start}" data-script="${manifest.script[0]}" data-modules="${modules.join(' ')}"`,
      isLater ? '></script>' : ` data-style="${manifest.laterStyle}"></script>`,
    ].join(''),
  })
}

function partnerPage(page: Extract<WizardPage, { kind: 'partner' }>): string {
  return html({
    body: `<div id="app">${renderToString(<PartnerPage page={page} />)}</div>`,
    head: `<link rel="stylesheet" href="${manifest.laterStyle}"><script async src="${manifest.partner}"></script>`,
    foot: '',
  })
}

function openedPage({ opener, isWelcome }: OpenedPage): string {
  const { title, text } = isWelcome ? openedWords.welcome : openedWords.refused
  const content = (
    <main>
      <div class="notice-screen">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
      </div>
    </main>
  )
  const script = (
    <script
      async
      src={manifest.opened}
      data-opener={opener ?? undefined}
      data-error={isWelcome ? undefined : openedWords.refused.toOpener}
    />
  )
  return html({
    body: `<div id="app">${renderToString(content)}</div>`,
    head: opener === null ? '' : renderToString(script),
    foot: opener === null ? '' : `<noscript><p class="notice">${shell.needsScript}</p></noscript>`,
  })
}

function homePage(): string {
  const content = (
    <main>
      <div class="notice-screen">
        <h1>{home.title}</h1>
        <p class="lead">{home.text}</p>
        <a href="/docs">{home.reference}</a>
      </div>
    </main>
  )
  return html({ body: `<div id="app">${renderToString(content)}</div>`, head: '', foot: '' })
}

/** By which a failure of ours is found in the log, and where help is had. */
interface PageHelp {
  readonly requestId: string | null
  readonly support: string | null
}

/** What the person cannot mend by what the notice says. */
const unexplained: readonly PageNotice[] = [
  'failed',
  'unavailable',
  'callback_invalid',
  'partner_request',
  'partner_answer',
]

function noticePage(
  { notice: name, backTo }: Extract<WizardPage, { kind: 'notice' }>,
  { requestId, support }: PageHelp,
): string {
  const { title, text } = notices[name]
  const content = (
    <main>
      <div class="notice-screen">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        {requestId && unexplained.includes(name) && (
          <p class="help">
            <Sentence>{helpWords.ask(null)}</Sentence> {helpWords.number}{' '}
            <code {...untranslated}>{requestId}</code>{' '}
            {support && <HelpLink support={support} requestId={requestId} />}
          </p>
        )}
        {name === 'unavailable' ? (
          <a class="primary" href="">
            {shell.reload}
          </a>
        ) : backTo ? (
          <a class="primary" href={backTo}>
            {notices.back}
          </a>
        ) : (
          <p>{notices.closeHint}</p>
        )}
      </div>
    </main>
  )
  return html({ body: `<div id="app">${renderToString(content)}</div>`, head: '', foot: '' })
}

function html({ body, head, foot }: { body: string; head: string; foot: string }): string {
  return (
    '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width">' +
    `<title>${titleInHtml(body)}</title><link rel="icon" href="data:,"><style>${manifest.firstStyle}</style>${head}</head><body>${body}${foot}</body></html>`
  )
}
