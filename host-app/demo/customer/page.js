/**
 * The page of the sample app. What matters of it is `run`: one call of a client function, in the click,
 * and what became of its promise.
 */
const Bobbin = window.Bobbin
const byId = (id) => document.getElementById(id)

/** The call whose promise has not settled; null in between. */
let openCall = null

// --- Calls of the client -------------------------------------------------------------------------------

/** Starts a call. `call` gets the options that every function takes, and returns the client's promise. */
async function run(name, call) {
  const abort = new AbortController()
  const begin = () => {
    openCall = abort
    byId('window-actions').hidden = false
    byId('again').replaceChildren()
  }
  const onEvent = (event) => {
    if (openCall !== abort) begin()
    addToLog(name, event.type, event)
  }
  // Whether there is anything to resume shows later, if at all.
  if (name !== 'resume') begin()
  let settledSource
  try {
    const result = await call({ signal: abort.signal, onEvent })
    if (result === null) return
    settledSource = result.id
    addToLog(name, 'resolved')
    showResult(name, result)
  } catch (error) {
    settledSource = error.sourceId
    addToLog(name, 'rejected', error)
    showError(name, error)
  } finally {
    if (openCall === abort) {
      openCall = null
      byId('window-actions').hidden = true
    }
    await loadSources(settledSource)
  }
}

/** One ephemeral token per click, from our own back end. The window is open while this runs. */
async function fetchToken() {
  const response = await fetch('/token', { method: 'POST' })
  if (!response.ok) throw new Error(`Our back end answered with status ${response.status}.`)
  return (await response.json()).ephemeral_token
}

for (const button of document.querySelectorAll('[data-function]')) {
  button.addEventListener('click', () => {
    const name = button.dataset.function
    const streams = readDefaultStreams()
    if (streams === null) return
    const type = button.dataset.type ?? byId('type').value
    const subject = name === 'addSource' ? { type } : { id: chosenSource() }
    void run(name, (options) =>
      Bobbin[name]({
        ...subject,
        ephemeral_token: fetchToken,
        ...(streams && { default_streams: streams }),
        ...options,
      }),
    )
  })
}

byId('focus').addEventListener('click', () => Bobbin.focus())
byId('abort').addEventListener('click', () => openCall?.abort())

// --- What became of it ---------------------------------------------------------------------------------

/** What a person wants to know, and beside it what the page's code was given. */
function show(title, kind, told, label, given) {
  byId('result').replaceChildren(make('p', { className: `verdict ${kind}` }, title), ...told)
  byId('given').replaceChildren(...(given === undefined ? [] : [make('h3', {}, label), json(given)]))
}

function showResult(name, result) {
  const { display_name, selected_streams: streams, selected_streams_count: count, step } = result
  const isReady = step === 'fully_configured'
  const more = count - mostNamed
  const told = [
    make(
      'p',
      {},
      isReady ? 'It is ready: reports can read it from now on.' : `Still to do: ${words[step] ?? step}.`,
    ),
    ...(count > 0
      ? [
          make('p', {}, count === 1 ? 'One stream was chosen:' : `${count} streams were chosen:`),
          make(
            'ul',
            { className: 'chosen' },
            ...streams.slice(0, mostNamed).map((stream) => make('li', {}, stream)),
          ),
          ...(more > 0 ? [make('p', { className: 'empty' }, `and ${more} more`)] : []),
        ]
      : []),
  ]
  show(`Connected: ${display_name}`, 'good', told, `What ${name}() resolved with`, result)
}

/** Streams that are named; of all others their number says enough. */
const mostNamed = 8

/** What the steps are called among people. */
const words = {
  form: 'its settings',
  oauth: 'to authorize it',
  discover_schema: 'its check',
  field_selection: 'to choose streams',
}

function showError(name, error) {
  const facts = [
    'name',
    'code',
    'reason',
    'certainty',
    'message',
    'step',
    'sourceId',
    'providerCode',
    'docsUrl',
  ]
  const given = Object.fromEntries(
    facts.flatMap((fact) => (error[fact] === undefined || error[fact] === null ? [] : [[fact, error[fact]]])),
  )
  const isClosed = error.code === 'AppClosedPrematurely'
  const sentence = isClosed ? 'The window was closed before the end.' : error.message
  const told = [make('p', {}, error.resume ? `${sentence} Nothing is lost: you can go on.` : sentence)]
  show('Not finished', 'bad', told, `What ${name}() rejected with`, given)
  if (error.resume) offer('Resume', () => run(name, () => error.resume()))
  if (error.retry) offer('Try again', () => run(name, () => error.retry()))
}

/** A button for the way on that an error brings along. It must be called in a click, to open a window. */
function offer(label, act) {
  const button = make('button', { type: 'button', className: 'main' }, label)
  button.addEventListener('click', act)
  byId('again').replaceChildren(button)
}

function addToLog(name, what, facts = {}) {
  const { step, sourceId, code, reason } = facts
  const rest = [step, sourceId && `source ${sourceId}`, code, reason].filter(Boolean).join(', ')
  const time = new Date().toLocaleTimeString('en-GB')
  const line = make(
    'li',
    {},
    make('time', {}, time),
    make('span', {}, `${name}: ${what}${rest && ` (${rest})`}`),
  )
  byId('log').firstElementChild.append(line)
  byId('log').scrollTop = byId('log').scrollHeight
}

byId('clear').addEventListener('click', () => byId('log').firstElementChild.replaceChildren())

// --- The account, through our back end -------------------------------------------------------------------

async function read(path, method = 'GET') {
  const response = await fetch(path, { method })
  const reply = await response.json()
  if (!response.ok) throw new Error(reply?.message ?? `Our back end answered with status ${response.status}.`)
  return reply
}

/** Shows the sources; the given one is chosen, else the one that was. */
async function loadSources(choose) {
  const sources = (await read('/sources')).filter((source) => source.deleted_at === null)
  const known = (id) => (sources.some((source) => source.id === id) ? id : undefined)
  const chosen = known(choose) ?? known(chosenSource()) ?? sources.at(-1)?.id
  byId('source-list').replaceChildren(...sources.map((source) => sourceItem(source, source.id === chosen)))
  byId('no-sources').hidden = sources.length > 0
  for (const button of document.querySelectorAll(
    '[data-read], #delete, [data-function]:not([data-function=addSource])',
  )) {
    button.disabled = sources.length === 0
  }
}

function sourceItem(source, isChosen) {
  const step = source.report_card.current_step_type
  const isReady = step === 'fully_configured'
  return make(
    'li',
    {},
    make(
      'label',
      {},
      make('input', { type: 'radio', name: 'source', value: String(source.id), checked: isChosen }),
      make(
        'span',
        {},
        make('strong', {}, source.display_name),
        make('br'),
        make('small', {}, `${source.type}, id ${source.id}`),
      ),
      make('span', { className: isReady ? 'step ready' : 'step' }, isReady ? 'ready' : `next: ${step}`),
    ),
  )
}

function chosenSource() {
  const chosen = document.querySelector('input[name=source]:checked')
  return chosen ? Number(chosen.value) : undefined
}

for (const button of document.querySelectorAll('[data-read]')) {
  button.addEventListener('click', async () => {
    const what = button.dataset.read
    const path = `/sources/${chosenSource()}/${what}`
    byId('again').replaceChildren()
    try {
      const reply = await read(path)
      show(
        what === 'catalog' ? 'The catalog, as a tap takes it' : 'The streams',
        '',
        [],
        `GET ${path}`,
        reply,
      )
    } catch (error) {
      show(error.message, 'bad', [])
    }
  })
}

/** Asks by its own words: the second click is meant. */
const deleteButton = byId('delete')
deleteButton.addEventListener('click', async () => {
  const isMeant = deleteButton.dataset.asked === String(chosenSource())
  if (!isMeant) return askToDelete(chosenSource())
  askToDelete(null)
  byId('again').replaceChildren()
  try {
    const { display_name } = await read(`/sources/${chosenSource()}`, 'DELETE')
    show(`Deleted: ${display_name}`, '', [
      make('p', {}, 'Its credentials were erased, and its name is free again.'),
    ])
    await loadSources(null)
  } catch (error) {
    show(error.message, 'bad', [])
  }
})
deleteButton.addEventListener('blur', () => askToDelete(null))

function askToDelete(id) {
  if (id === null) delete deleteButton.dataset.asked
  else deleteButton.dataset.asked = String(id)
  deleteButton.textContent = id === null ? 'Delete' : 'Delete it for good?'
}

byId('refresh').addEventListener('click', () => void loadSources())

// --- Small things ----------------------------------------------------------------------------------------

/** The object in the box, undefined when it is empty, null when it is none. */
function readDefaultStreams() {
  const box = byId('default-streams')
  let streams
  let problem = ''
  try {
    streams = box.value.trim() === '' ? undefined : JSON.parse(box.value)
    if (typeof streams !== 'object' && streams !== undefined) problem = 'This must be a JSON object.'
  } catch {
    problem = 'This is not JSON.'
  }
  byId('default-streams-problem').textContent = problem
  box.setAttribute('aria-invalid', String(problem !== ''))
  if (problem === '') return streams
  box.closest('details').open = true
  box.focus()
  return null
}

function json(value) {
  const text = JSON.stringify(value, null, 2)
  const limit = 20_000
  const shown =
    text.length > limit ? `${text.slice(0, limit)}\n… and ${text.length - limit} characters more` : text
  return make('pre', { tabIndex: 0 }, shown)
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

async function start() {
  if (!Bobbin) {
    return show('The client could not be loaded from its host.', 'bad', [])
  }
  const [account, types] = await Promise.all([read('/account'), read('/source-types'), loadSources()])
  byId('account').textContent = `Account ${account.stitch_account_id}.`
  byId('type').replaceChildren(
    ...types.map(({ type, name }) => make('option', { value: type }, `${name} (${type})`)),
  )
  // Beside another host the demo's own service is not there.
  const hasDemo = types.some(({ type }) => type === 'platform.demo-crm')
  byId('connect').hidden = !hasDemo
  byId('other').open = !hasDemo
  // A flow that a reload of this page interrupted goes on; without one this resolves with null.
  void run('resume', (options) => Bobbin.resume(options))
}

start().catch((error) => {
  show(error.message, 'bad', [])
})
