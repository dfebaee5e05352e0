/** What the host's own address says to whoever looks there. */
export const home = {
  title: 'This is a Bobbin host',
  text: 'Apps use it to connect their users’ data sources. To connect yours, start in the app: it opens the right page here.',
  reference: 'For developers: the API',
}
