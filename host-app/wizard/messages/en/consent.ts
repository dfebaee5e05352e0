/** Words of the question that is asked when the page that opened the window did not show itself. */
export const consent = {
  title: 'Is this you?',
  text: (company: string, connector: string, origin: string) =>
    `${origin} asks to connect ${connector} for ${company}. What you enter here goes to ${company}.`,
  company: 'For',
  connector: 'Connects',
  origin: 'Asked by',
  warning: 'Go on only if you started this yourself. If someone sent you a link to this page, close it.',
  agree: (company: string) => `Continue to ${company}`,
}
