/** What redoc has no option for, by the text that stands for it once in the published file. */
const edits = [
  // Its maker's logo, from its maker's server. An image that cannot be shown is one that it leaves out.
  { from: 'https://cdn.redoc.ly/redoc/logo-mini.svg', to: 'data:,' },
  // The parts of an operation, a heading of the second level, are of the third.
  { from: '.h5`', to: '.h3`' },
  { from: 'createElement("h5"', to: 'createElement("h4"' },
  // A name that hides the verb and the entries below from those who hear it; the content is a better one.
  { from: '"aria-label":e.sidebarLabel,', to: '' },
  // A source map that is not served.
  { from: '//# sourceMappingURL=redoc.standalone.js.map', to: '' },
]

/** Throws when another version of redoc would need other edits. */
export function editRedoc(script) {
  return edits.reduce((text, { from, to }) => {
    const parts = text.split(from)
    if (parts.length !== 2) throw new Error(`redoc.standalone.js has \`${from}\` ${parts.length - 1} times.`)
    return parts.join(to)
  }, script)
}
