import { expect, type Locator, type Page } from '@playwright/test'
import { hosts } from '../../hosts.ts'
import type { FrontProxy } from '../../servers/front-proxy.ts'
import { penpalScript } from './penpal-script.ts'

/** The provider's page has been taken over: what it sees and what it gets done. */
export interface EvilProvider {
  /** Whether it has a hold on the page that opened the window. */
  readonly opener: Locator
  /** What was sent to it, one message per line. */
  readonly messages: Locator
  /** What it got done, one line per success. */
  readonly successes: Locator
  /** Gives the window back to the real provider. */
  leave(): Promise<void>
}

/**
 * Puts a page of its own in the place of the provider's first page. `script` runs in it, with penpal as
 * `Penpal` and a function `succeeded(text)`. `known` is what it somehow knows, and is its `known`.
 */
export function takeOverProvider(
  proxy: FrontProxy,
  window: Page,
  script: string,
  known: () => unknown = () => null,
): EvilProvider {
  const rule = proxy.rule(
    { host: hosts.provider, path: '/auth' },
    {
      answer(_request, response) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        response.end(page(script, known()))
      },
    },
  )
  return {
    opener: window.locator('#opener'),
    messages: window.getByRole('list', { name: 'Messages' }).getByRole('listitem'),
    successes: window.getByRole('list', { name: 'Successes' }).getByRole('listitem'),
    async leave() {
      rule.lift()
      await window.reload()
      await expect(window.getByLabel('Your name')).toBeVisible()
    },
  }
}

function page(script: string, known: unknown): string {
  return `<!doctype html><html lang="en"><title>Evil provider</title><link rel="icon" href="data:,">
    <h1>Evil provider</h1><p id="opener"></p><ol aria-label="Messages"></ol><ol aria-label="Successes"></ol>
    <script>${penpalScript}</script>
    <script>
      const known = ${JSON.stringify(known)}
      const list = (name, text) => {
        const line = document.createElement('li')
        line.textContent = text
        document.querySelector('[aria-label=' + name + ']').append(line)
      }
      const succeeded = (text) => list('Successes', text)
      addEventListener('message', ({ origin, data }) => list('Messages', JSON.stringify({ origin, data })))
      ${script}
      document.querySelector('#opener').textContent = window.opener ? 'there' : 'none'
    </script>`
}
