const server = 'host-app/server/'

/** Floors that have no rows: who stands there has them from nouns, by what they are called there. */
const withoutRows = /^host-app\/server\/(?:doors|http|edges|ground)\//

/** Whose rows a table holds. */
const tablesOf = {
  accounts: ['account', 'app_logo'],
  authorizations: ['popup_authorization'],
  checks: ['check_job', 'found_stream'],
  credentials: ['credential', 'grant_aside', 'given_up_grant'],
  events: ['event'],
  flows: ['flow'],
  'idempotent-replies': ['idempotent_reply'],
  oauth: ['oauth_transaction'],
  'oauth-clients': ['oauth_client'],
  sources: ['source', 'import_token'],
  streams: ['stream', 'stream_make'],
  tokens: [
    'access_token',
    'ephemeral_token',
    'customer_token',
    'page_session',
    'partner_code',
    'popup_login',
  ],
  webhooks: ['webhook', 'webhook_delivery', 'webhook_secret'],
}

/** Where a table is written that not all of its noun may write, since more is derived from it. */
const writers = {
  source: /\/sources\/(?:source-row|create-source|configured)\.ts$/,
}

/**
 * Rows in wrong hands: SQL on a floor that has none, and a table that is written elsewhere than by its noun.
 *
 * @param {Readonly<Record<string, string>>} texts of the product's files, by path
 * @returns {string[]} complaints
 */
export function findStrayRows(texts) {
  const ours = Object.entries(texts).filter(([path]) => !path.startsWith(`${server}store/`))
  return ours.flatMap(([path, text]) => [
    ...(withoutRows.test(path) ? sqlIn(text).map((sql) => `${path}: has no rows, but ${sql}`) : []),
    ...tablesWritten(text)
      .filter((table) => !isWriter(path, table))
      .map((table) => `${path}: does not write ${table}`),
  ])
}

/** Packages and files for SQL that a text imports, and statements that it makes. */
function sqlIn(text) {
  const imports = text.matchAll(/'(kysely(?:\/[^']*)?|[^']*\/store\/(?:[\w-]+-)?tables\.ts)'/g)
  const statements = text.matchAll(/\.((?:selectFrom|insertInto|updateTable|deleteFrom)\([^)]*\))/g)
  return [...imports, ...statements].map(([, sql]) => sql)
}

function tablesWritten(text) {
  const statements = text.matchAll(/\.(?:insertInto|updateTable|deleteFrom)\('(\w+)'\)/g)
  return [...new Set([...statements].map(([, table]) => table))]
}

function isWriter(path, table) {
  if (table in writers) return writers[table].test(path)
  return Object.entries(tablesOf).some(
    ([noun, tables]) => tables.includes(table) && path.startsWith(`${server}nouns/${noun}/`),
  )
}
