/** Text that is markup already. Everything else that is put into markup is escaped. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly Part[] | null | undefined | false

/** Markup with these parts in it, escaped where they are text; lists are joined, nothing is left out silently. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(texts.reduce((all, text, index) => all + write(parts[index - 1]) + text))
}

function write(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(write).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}

/** A description: paragraphs with \`code\` and **strong words**. */
export function prose(text: unknown): Markup {
  if (typeof text !== 'string') return html``
  return html`${text.split(/\n{2,}/).map((paragraph) => html`<p>${words(paragraph)}</p>`)}`
}

/** A line of text with `code` and **strong words**. */
export function words(text: string): Markup[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`
    if (part.startsWith('**')) return html`<strong>${part.slice(2, -2)}</strong>`
    return html`${part}`
  })
}
