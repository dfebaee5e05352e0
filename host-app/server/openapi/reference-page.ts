import { html, prose, words, type Markup } from './html.ts'
import { fieldRow, schemaTable, typeOf } from './reference-schema.ts'
import type { Json } from './schemas.ts'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly parameters?: readonly Json[]
  readonly requestBody?: Json
  readonly responses: Readonly<Record<string, Json>>
  readonly security: readonly Json[]
}
type Described = Operation & { readonly method: string; readonly path: string }

/**
 * The reference as one page of plain HTML, made of the document: nothing to load but its style, so nothing
 * to allow in its policy, and everything to find with the browser's own search.
 */
export function referencePage(document: Json): string {
  const { title, description, version } = document['info'] as Record<string, string>
  const tags = document['tags'] as { name: string; description: string }[]
  const schemas = Object.entries((document['components'] as Json)['schemas'] as Json)
  const operations = operationsOf(document)
  const chapters = tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ tags }) => tags[0] === tag.name),
  }))
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/reference.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the reference</a>
        <nav aria-label="Endpoints">
          <ul>
            ${chapters.map(
              ({ name, operations }) =>
                html` <li>
                  <a href="#${idOf(name)}">${name}</a>
                  <ul>
                    ${operations.map(({ operationId, summary }) => html`<li><a href="#${operationId}">${words(summary)}</a></li>`)}
                  </ul>
                </li>`,
            )}
            <li><a href="#schemas">Schemas</a></li>
          </ul>
        </nav>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          <p class="version">Version ${version}, as <a href="/openapi.json">OpenAPI 3.1</a></p>
          ${prose(description)}
          ${chapters.map(
            ({ name, description, operations }) =>
              html` <section aria-labelledby="${idOf(name)}">
                <h2 id="${idOf(name)}">${name}</h2>
                ${prose(description)} ${operations.map((operation) => operationArticle(operation, document))}
              </section>`,
          )}
          <section aria-labelledby="schemas">
            <h2 id="schemas">Schemas</h2>
            ${schemas.map(
              ([name, schema]) =>
                html`<article aria-labelledby="schema-${name}">
                  <h3 id="schema-${name}">${name}</h3>
                  ${schemaTable(schema as Json)}
                </article>`,
            )}
          </section>
        </main>
      </body>
    </html>`.text
  }`
}

function operationsOf(document: Json): Described[] {
  const paths = document['paths'] as Record<string, Record<string, Operation>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  )
}

function operationArticle(operation: Described, document: Json): Markup {
  const {
    operationId,
    method,
    path,
    summary,
    description,
    parameters = [],
    requestBody,
    responses,
  } = operation
  const resolved = (part: Json): Json => {
    const pointer = part['$ref']
    if (typeof pointer !== 'string') return part
    return pointer
      .slice(2)
      .split('/')
      .reduce((whole, key) => whole[key] as Json, document)
  }
  return html`<article aria-labelledby="${operationId}">
    <h3 id="${operationId}">${words(summary)}</h3>
    <p class="call"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></p>
    ${prose(description.startsWith(`${summary}.`) ? description.slice(summary.length + 1) : description)}
    <p>${callerOf(operation)}</p>
    ${
      parameters.length > 0 &&
      html`<h4>Parameters</h4>
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
            </tr>
          </thead>
          <tbody>
            ${parameters
              .map(resolved)
              .map((parameter) =>
                fieldRow(
                  String(parameter['name']),
                  parameter['schema'] as Json,
                  parameter['required'] === true,
                  [`In the ${String(parameter['in'])}.`, parameter['description']].filter(Boolean).join(' '),
                ),
              )}
          </tbody>
        </table>`
    }
    ${
      requestBody &&
      html`<h4>Body</h4>
        ${content(requestBody)}`
    }
    <h4>Replies</h4>
    ${Object.entries(responses).map(([status, response]) => {
      const reply = resolved(response)
      return html`<div class="reply">
        <p class="status">${status}</p>
        <div>${prose(reply['description'])}${Number(status) < 400 && content(reply)}</div>
      </div>`
    })}
  </article>`
}

function callerOf({ security }: Operation): string {
  if ('access_token' in (security[0] ?? {})) return 'Needs an access token of the account (bearer).'
  if ('app_key' in (security[0] ?? {})) return "Needs the flow's key (bearer)."
  return 'Needs no token.'
}

/** A body in each of its media types: the type, its fields where they have no name of their own, an example. */
function content(part: Json): Markup {
  return html`${Object.entries((part['content'] ?? {}) as Json).map(([type, media]) => {
    const { schema, example } = media as Json
    return html`<p><code>${type}</code>: ${typeOf(schema as Json)}</p>
      ${example !== undefined && html`<pre><code>${JSON.stringify(example, null, 2)}</code></pre>`}`
  })}`
}

function idOf(name: string): string {
  return `chapter-${name.toLowerCase().replaceAll(' ', '-')}`
}
