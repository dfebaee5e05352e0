/** A page with the catalog of the host itself, for the account that `?account=` names. Its back end makes the tokens. */
const account = new URLSearchParams(location.search).get('account')
document.querySelector('bobbin-catalog').tokenCallback = async () => {
  const reply = await fetch('/customer-token', { method: 'POST', body: JSON.stringify({ account }) })
  if (!reply.ok) throw new Error('Nobody is signed in here.')
  return (await reply.json()).token
}
