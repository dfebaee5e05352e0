import { readFileSync } from 'node:fs'
import { readErrorTable } from './read-error-table.mjs'

/**
 * Writes `errors.html`, where the `docsUrl` of every error leads: the README's table, an anchor per code.
 * `codes` are those that an error may have; one without its row ends the build.
 */
export function emitErrorPage(readme, codes) {
  return {
    name: 'emit-error-page',
    generateBundle() {
      this.addWatchFile(readme)
      const rows = readErrorTable(readFileSync(readme, 'utf8'))
      const missing = codes.filter((code) => !rows.some((row) => row.code === code))
      if (missing.length > 0) this.error(`The table of errors in ${readme} lacks ${missing.join(', ')}.`)
      this.emitFile({ type: 'asset', fileName: 'errors.html', source: errorPage(rows) })
    },
  }
}

/** It stands alone: no style, no script, nothing to load. */
export function errorPage(rows) {
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
