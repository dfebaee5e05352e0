/**
 * A page with the catalog's element on a stand-in of the catalog, which the test directs by `window.stand`: what is listed,
 * what fails, and when a flow ends.
 */
const connection = (id, name, more) => ({
  id,
  enabled: true,
  display_name: name,
  step: 'fully_configured',
  authorization: { id, display_label: name, status: 'active', authorizer: {} },
  ...more,
})
const status = (value) => ({ id: 'a', display_label: 'a', status: value, authorizer: {} })

const connector = (slug, name, category, short_description, more = {}) => ({
  type: `platform.${slug}`,
  slug,
  name,
  category,
  keywords: [],
  short_description,
  description: `${short_description} Reads what is new every hour, and what was changed.`,
  about: 'It reads only.\n\nNothing is written there, and what was deleted is noted.',
  mark_url: '/mark.svg',
  supports_multiple_connections: true,
  stage: 'released',
  ...more,
})

const sample = () => [
  connector('ledger', 'Ledgerly', 'Accounting', 'Invoices, bills and the books.', {
    keywords: ['bookkeeping'],
    supports_multiple_connections: false,
  }),
  connector('crm', 'Northwind CRM', 'CRM', 'Contacts, deals and what was said.', {
    connections: [connection('11', 'Sales, Berlin')],
  }),
  connector('desk', 'Helpdesk', 'Support', 'Tickets and how happy people are.', {
    stage: 'beta',
    connections: [
      connection('21', 'Tier 1'),
      connection('22', 'דלפק', {
        authorization: status('error'),
        problem: { code: 'invalid', message: 'It was revoked at Helpdesk.', action: 'reconnect' },
      }),
    ],
  }),
  connector('postgres', 'PostgreSQL', 'Database', 'Tables and views of a database.', {
    keywords: ['sql', 'Datenbank'],
    connections: [
      connection('31', 'Warehouse', {
        authorization: status('error'),
        problem: { code: 'refused', message: 'The password was refused.', action: 'edit' },
      }),
    ],
  }),
  connector('shop', 'Shopfront', 'E-commerce', 'Orders, customers and stock.', {
    mark_url: '/missing.svg',
    connections: [
      connection('41', 'Main shop', { authorization: status('awaiting_callback'), step: 'oauth' }),
    ],
  }),
  connector('files', 'أرشيف', 'Files', 'ملفات وجداول', {
    connections: [connection('51', 'Archive', { authorization: status('retrieving_tokens') })],
  }),
]

function createStand() {
  const stand = {
    list: sample(),
    /** What the next lists do: 'hang', or an error's facts to reject with. */
    fails: null,
    calls: [],
    events: [],
    listeners: new Set(),
    flows: [],
    fail: (facts) => Object.assign(new Error(facts.message ?? 'no'), facts),
    change(slug, change) {
      stand.list = stand.list.map((one) => (one.slug === slug ? { ...one, ...change(one) } : one))
    },
  }
  const flow = (what) => {
    stand.calls.push({ what, inClick: navigator.userActivation.isActive })
    const open = stand.flows.find((one) => one.what === what)
    if (open) return open.promise
    const { promise, resolve, reject } = Promise.withResolvers()
    const made = { what, promise, resolve, reject: (facts) => reject(stand.fail(facts)) }
    stand.flows.push(made)
    const gone = () => stand.flows.splice(stand.flows.indexOf(made), 1)
    promise.then(gone, gone)
    return promise
  }
  stand.catalog = {
    login: async (token) =>
      void stand.calls.push({ what: `login ${typeof token === 'function' ? await token() : token}` }),
    listConnectors: async () => {
      stand.calls.push({ what: 'list' })
      if (stand.fails === 'hang') await new Promise(() => {})
      if (stand.fails) throw stand.fail(stand.fails)
      return stand.list
    },
    getConnector: async (slug) => {
      stand.calls.push({ what: `get ${slug}` })
      return stand.list.find((one) => one.slug === slug)
    },
    connect: (slug) => flow(`connect ${slug}`),
    reconnect: ({ id }) => flow(`reconnect ${id}`),
    removeConnection: ({ id }) => flow(`remove ${id}`),
    on: (type, fn) => stand.listeners.add(`${type}`) && (stand.heard ??= new Map()).set(fn, type),
    off: (_type, fn) => stand.heard?.delete(fn),
  }
  return stand
}

const stand = createStand()
const makeConnection = connection
Object.assign(window, { stand, createStand, makeConnection })
for (const type of ['bobbin-connected', 'bobbin-removed', 'bobbin-request', 'bobbin-error']) {
  document.addEventListener(type, (event) => {
    const { connection, slug, query, action, error } = event.detail
    stand.events.push({ type, slug, query, action, id: connection?.id, code: error?.code })
  })
}
window.addEventListener('error', ({ message }) => stand.events.push({ type: 'page error', query: message }))
window.addEventListener('unhandledrejection', ({ reason }) =>
  stand.events.push({ type: 'unhandled', query: String(reason) }),
)

/** Puts an element into the page; before its class is there, if the test wants that. */
window.mount = (place = 'place', of = stand) => {
  const element = document.createElement('bobbin-catalog')
  element.catalog = of.catalog
  document.getElementById(place).append(element)
  return element
}
