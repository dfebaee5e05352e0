/*
 * The partner page's forms are sent by the browser, and need no script. In a window that inherits a sandbox without forms
 * it sends none, and says nothing: then the answer goes by a call. One that takes the page its origin has whatever it sends
 * refused, as a stranger's: then nothing is sent, and what was typed stays. A script of its own, without imports, as
 * `start.ts` is.
 */
addEventListener('click', (event) => {
  const { target } = event
  const button = target instanceof Element ? target.closest('button') : null
  const form = button?.form
  if (!button || !form || form.hasAttribute('aria-busy')) return
  if (origin === 'null') {
    event.preventDefault()
    return sayNotSent()
  }
  let isSent = false
  form.addEventListener('submit', () => (isSent = true), { once: true })
  // What the click does by itself comes before.
  setTimeout(() => {
    if (!isSent) void answerByCall(form)
  })
})

async function answerByCall(form: HTMLFormElement): Promise<void> {
  form.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])),
    })
    if (response.headers.get('Content-Type')?.includes('json')) {
      const { location: next } = (await response.json()) as { location: string }
      return location.assign(next)
    }
    // The page again, with what is wrong in it.
    document.open()
    document.write(await response.text())
    document.close()
  } catch {
    form.removeAttribute('aria-busy')
    sayNotSent()
  }
}

function sayNotSent(): void {
  document.getElementById('not-sent')!.hidden = false
}
