import { createHash } from 'node:crypto'

/** What each scope means to the person who is asked. */
const scopesInWords: Readonly<Record<string, string>> = {
  'crm.read': 'Read your contacts, companies and deals',
  'account.read': 'See your name and your workspace',
}

export function signInPage(action: string): string {
  return page(
    'Sign in to Demo CRM',
    `<p>This is a made-up service: any name will do, and there is no password.</p>
    <form method="post" action="${escape(action)}">
      <label for="name">Your name</label>
      <input id="name" name="name" required maxlength="60" autocomplete="username" autofocus>
      <button type="submit">Continue</button>
    </form>`,
  )
}

export function consentPage(
  action: string,
  request: { client: string; name: string; scopes: string[] },
): string {
  const { client, name, scopes } = request
  const items = scopes.map(
    (scope) =>
      `<label class="scope"><input type="checkbox" name="scope" value="${escape(scope)}" checked />` +
      `<span>${escape(scopesInWords[scope] ?? scope)}</span></label>`,
  )
  return page(
    `Allow ${client} to use your account?`,
    `<p>You are signed in as <strong>${escape(name)}</strong>. ${escape(client)} wants to:</p>
    <form method="post" action="${escape(action)}">
      ${items.join('')}
      <div class="buttons">
        <button type="submit" name="answer" value="allow">Allow</button>
        <button type="submit" name="answer" value="deny" class="quiet">Deny</button>
      </div>
    </form>`,
  )
}

export function errorPage(message: string): string {
  return page(
    'This did not work',
    `<p>${escape(message)}</p><p>Go back to where you came from and try again.</p>`,
  )
}

const style = `
  :root { color-scheme: light dark; --ink: #1d2430; --paper: #fff; --ground: #f1ede6; --line: #8a8578; --brand: #8a3b12 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #eee9e1; --paper: #24211d; --ground: #171512; --line: #8f887c; --brand: #f0a06f }
  }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
    color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
  main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--paper); border-radius: 1rem }
  .brand { margin: 0 0 1rem; font-weight: 700; color: var(--brand) }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25 }
  label { display: block; margin-top: 1rem; font-weight: 600 }
  input, button { font: inherit; width: 100%; min-height: 2.75rem; border-radius: .5rem; padding: .5rem .75rem }
  input { margin: .25rem 0 1rem; border: 1px solid var(--line); background: var(--paper); color: inherit }
  button { border: 2px solid var(--brand); background: var(--brand); color: var(--paper); font-weight: 600; cursor: pointer }
  .scope { display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; margin: 0; font-weight: 400 }
  .scope input { width: 1.25rem; min-height: 1.25rem; margin: 0; accent-color: var(--brand) }
  .quiet { background: none; color: var(--brand) }
  .buttons { display: grid; gap: .75rem; margin-top: 1.5rem }
  :focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }`

/** What the pages' content security policy needs to let their one style in. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escape(title)} – Demo CRM</title>
  <link rel="icon" href="data:,">
  <style>${style}</style>
</head>
<body>
  <main>
    <p class="brand">Demo CRM</p>
    <h1>${escape(title)}</h1>
    ${content}
  </main>
</body>
</html>
`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
