/** Two speech bubbles of our own drawing: it is no mark of Slack's, whose drawings may not be taken. */
const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke-linejoin="round" stroke-linecap="round">' +
  '<path fill="#8a9bb0" d="M10 3h10a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2v3.2L16.8 14H10a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"/>' +
  '<path fill="#44566c" stroke="#fff" d="M4 8h10a2 2 0 0 1 2 2v6.5a2 2 0 0 1-2 2H8.5L4.5 22v-3.5H4a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2z"/>' +
  '<path fill="none" stroke="#fff" stroke-width="1.4" d="M5.5 11.7h7M5.5 14.8h4.5"/></svg>'

export const slackLogo = `data:image/svg+xml,${encodeURIComponent(drawing)}`
