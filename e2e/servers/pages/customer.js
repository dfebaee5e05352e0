/**
 * The customer page of the browser tests. It uses the built client as any page would, and tells its own
 * back end what became of each call: a spec that reads that needs to run nothing in the page, and so
 * grants it no user's gesture.
 *
 * `?setup=` is the JSON of `CustomerSetup` in customer-site.ts.
 */
const setup = JSON.parse(new URLSearchParams(location.search).get('setup') ?? '{}')
const functions = [
  'addSource',
  'authorizeSource',
  'onlyAuthorizeSource',
  'displayDiscoveryOutputForSource',
  'selectStreamsForSource',
  'editSource',
]

/** Reports are requests of their own, and overtake one another: each says which document it is of. */
const documentId = Math.random().toString(36)
const controller = new AbortController()
let lastError = null
let calls = 0

if (setup.everyRequest) wrapFetch(setup.everyRequest)
const client = await loadClient()
const optionsField = document.querySelector('#options')
optionsField.value = JSON.stringify(setup.options ?? {}, null, 2)
const givenToken = setup.token === 'string' ? await fetchToken() : null

for (const name of functions) addButton(name, () => start(name, () => client[name](readOptions())))
addButton('resume', () => start('resume', () => client.resume({ onEvent })))
addButton('resume the error', () => start('resume the error', () => lastError.resume()))
addButton('retry the error', () => start('retry the error', () => lastError.retry()))
addButton('focus', () => client.focus())
addButton('close', () => client.close())
addButton('abort', () => controller.abort())

addEventListener('message', ({ origin, data }) => {
  const text = JSON.stringify({ origin, data: describe(data) })
  document.querySelector('#messages').append(item(text))
  report(0, 'message', JSON.parse(text))
})

report(0, 'loaded', { isOpen: client.isOpen?.() ?? null })
if (setup.unclicked) start(setup.unclicked, () => client[setup.unclicked](readOptions()))
if (setup.resumeOnLoad) start('resume', () => client.resume({ onEvent }))

async function loadClient() {
  if (setup.build === 'stitch') return window.Stitch
  if (setup.build !== 'esm') return window.Bobbin
  const module = await import(`${document.documentElement.dataset.host}/client/bobbin.js`)
  return { ...module, ...module.createConnect({ host: document.documentElement.dataset.host }) }
}

function wrapFetch(every) {
  const { fetch } = window
  window.fetch = (url, init = {}) => {
    const headers = new Headers(init.headers)
    if (every === 'has a header')
      headers.set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')
    if (every === 'has a bearer') headers.set('Authorization', 'Bearer of-the-app-itself')
    return fetch(url, { ...init, headers, ...(every === 'has credentials' && { credentials: 'include' }) })
  }
}

function readOptions() {
  return { ...JSON.parse(optionsField.value), ...tokenOption(), signal: controller.signal, onEvent }
}

function tokenOption() {
  const tokens = {
    none: undefined,
    string: givenToken,
    function: fetchToken,
    rejects: () => Promise.reject(new Error('The back end of the customer is down.')),
    hangs: () => new Promise(() => {}),
  }
  const mode = setup.token ?? 'function'
  return { ephemeral_token: mode in tokens ? tokens[mode] : mode }
}

async function fetchToken() {
  const response = await fetch('/token', {
    method: 'POST',
    body: JSON.stringify({ account: setup.account, scope: setup.scope, delay: setup.tokenDelay }),
  })
  if (!response.ok) throw new Error(`No token: ${response.status}`)
  return (await response.json()).ephemeral_token
}

async function start(name, call) {
  if (setup.delay) await new Promise((resolve) => setTimeout(resolve, setup.delay))
  const promise = watch(name, call)
  // As React's StrictMode does with effects, and people with mice.
  if (setup.twice) watch(name, call)
  return promise
}

async function watch(name, call) {
  const number = ++calls
  const line = item(`${name}: pending`)
  document.querySelector('#calls').append(line)
  report(number, 'called', { name })
  let isInSameTask = true
  setTimeout(() => (isInSameTask = false))
  try {
    const value = await call()
    line.textContent = `${name}: resolved ${JSON.stringify(value)}`
    report(number, 'resolved', value)
  } catch (error) {
    lastError = error
    line.textContent = `${name}: rejected ${JSON.stringify(errorValue(error))}`
    report(number, 'rejected', { ...errorValue(error), isInSameTask })
  }
}

function onEvent(event) {
  report(0, 'event', event)
}

function errorValue(error) {
  const ownClass = client[error?.name]
  return {
    ...error,
    name: error?.name,
    message: error?.message,
    isInstance: ownClass ? error instanceof ownClass : null,
    cause: error?.cause instanceof Error ? error.cause.message : error?.cause,
    canResume: typeof error?.resume === 'function',
    canRetry: typeof error?.retry === 'function',
  }
}

/** Message data may hold what JSON cannot. */
function describe(data) {
  return JSON.parse(
    JSON.stringify(data ?? null, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  )
}

function report(call, kind, value) {
  const body = JSON.stringify({
    page: setup.page ?? '',
    document: documentId,
    call,
    kind,
    at: Date.now(),
    value,
  })
  return fetch('/report', { method: 'POST', body, keepalive: true }).catch(() => {})
}

function addButton(name, onClick) {
  const button = document.createElement('button')
  button.textContent = name
  button.addEventListener('click', onClick)
  document.querySelector('#buttons').append(button, ' ')
}

function item(text) {
  const element = document.createElement('li')
  element.textContent = text
  return element
}
