import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { findChromium, findHeadlessShell } from './system-setup.mjs'
import { spawnTied } from './tied-process.mjs'

/*
 * Draws the README's strips of screens, by day and by night, from the built wizard's preview:
 * `npm run build && node scripts/draw-wizard.mjs`.
 */
const root = fileURLToPath(new URL('../', import.meta.url))
const size = { width: 480, height: 720 }
/** As wide as it is drawn in the strip. */
const drawnWidth = 320
/** What is drawn, by the preview's names, and what is typed or opened first. */
const screens = [
  { name: 'form-claimed', type: { Database: 'orders', Name: 'Orders', Host: 'db.acme.example' } },
  { name: 'check-running', open: 'Log' },
  { name: 'streams' },
  { name: 'done' },
]

const port = 4311
const preview = spawnTied(process.execPath, [`${root}host-app/wizard/preview/server.ts`], {
  folder: mkdtempSync(join(tmpdir(), 'bobbin-preview-')),
  env: { ...process.env, PORT: String(port) },
})
while (!preview.log().includes('http://')) {
  if (preview.hasEnded()) throw new Error(preview.log())
  await delay(50)
}
const browser = await chromium.launch({ executablePath: findHeadlessShell() ?? findChromium() })
try {
  for (const colorScheme of ['light', 'dark']) await drawStrip(colorScheme)
} finally {
  await browser.close()
  await preview.stop()
}

async function drawStrip(colorScheme) {
  const pictures = []
  for (const screen of screens) pictures.push(await drawScreen(screen, colorScheme))
  const gap = 16
  const width = screens.length * (drawnWidth + gap) + gap
  const height = (size.height * drawnWidth) / size.width + 2 * gap
  const page = await browser.newPage({ viewport: { width, height } })
  const edge = colorScheme === 'light' ? '#d4d6e0' : '#3c404e'
  const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture}">`).join('')
  await page.setContent(
    `<style>body{margin:0;padding:${gap}px;display:flex;gap:${gap}px}` +
      `img{box-sizing:border-box;width:${drawnWidth}px;border:1px solid ${edge};border-radius:10px}</style>${images}`,
  )
  await page.screenshot({ path: `${root}docs/wizard-${colorScheme}.png`, omitBackground: true })
  await page.close()
}

/** As PNG in base64. */
async function drawScreen({ name, type = {}, open }, colorScheme) {
  const page = await browser.newPage({ viewport: size, colorScheme, reducedMotion: 'reduce' })
  await page.route('**/connect/*/streams', asOfNewSource)
  await page.goto(`http://localhost:${port}/connect/${name}`)
  await page
    .locator('.actions .primary:enabled, .actions .quiet:enabled, .done-screen .primary')
    .first()
    .waitFor()
  for (const [label, text] of Object.entries(type)) await page.getByLabel(label, { exact: true }).fill(text)
  if (open) await page.getByText(open, { exact: true }).click()
  if (name === 'streams') await page.getByRole('checkbox', { name: 'orders', exact: true }).waitFor()
  const picture = await page.screenshot({ caret: 'hide' })
  await page.close()
  return picture.toString('base64')
}

/** Of a new source nothing has changed since the last time. */
async function asOfNewSource(route) {
  const streams = await (await route.fetch()).json()
  const change = streams.change.map(() => null)
  await route.fulfill({ json: { ...streams, change, added: 0, changed: 0, removed_count: 0, removed: [] } })
}
