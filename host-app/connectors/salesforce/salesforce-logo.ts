/** A cloud of our own drawing, in Salesforce's blue. The name is Salesforce's. */
const path =
  'M6.2 19.2a4.7 4.7 0 0 1-.9-9.3A5.6 5.6 0 0 1 15.4 7a5 5 0 0 1 2-.4 5.4 5.4 0 0 1 1.6 10.6 3.9 3.9 0 0 1-5.3 1.9 ' +
  '4 4 0 0 1-5 .2 4.6 4.6 0 0 1-2.5-.1z'

export const salesforceLogo = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="#00A1E0"><path d="${path}"/></svg>`,
)}`
