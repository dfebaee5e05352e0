/**
 * A page with the catalog of the host itself, once for each account that an `?account=` names; for nobody where none does.
 * Its back end makes the tokens.
 */
const [first] = document.getElementsByTagName('bobbin-catalog')
for (const [index, account] of new URLSearchParams(location.search).getAll('account').entries()) {
  const element =
    index === 0 ? first : first.parentElement.appendChild(document.createElement(first.localName))
  element.tokenCallback = async () => {
    const reply = await fetch('/customer-token', { method: 'POST', body: JSON.stringify({ account }) })
    if (!reply.ok) throw new Error('Nobody is signed in here.')
    return (await reply.json()).token
  }
}
