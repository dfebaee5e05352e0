import { readFileSync } from 'node:fs'
import { readErrorTable } from './read-error-table.mjs'

/**
 * Writes `errors.html`, where the `docsUrl` of every error leads: the README's table, an anchor per code.
 * It stands alone: no style, no script, nothing to load.
 */
export function emitErrorPage(readme) {
  return {
    name: 'emit-error-page',
    generateBundle() {
      this.addWatchFile(readme)
      const rows = readErrorTable(readFileSync(readme, 'utf8'))
      this.emitFile({ type: 'asset', fileName: 'errors.html', source: page(rows) })
    },
  }
}

function page(rows) {
  const sections = rows.map(
    ({ code, when, advice, isRetryable }) => `<section id="${code}">
<h2>${code}Error</h2>
<p>${html(when)}</p>
<p>${html(advice)}</p>
<p>${isRetryable ? 'The same call may succeed later.' : 'The same call will fail again.'}</p>
</section>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Errors of the Bobbin client</title>
<main>
<h1>Errors of the Bobbin client</h1>
${sections.join('\n')}
</main>
</html>
`
}

function html(markdown) {
  return markdown
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
}
