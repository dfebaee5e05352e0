import type { Boot } from '@bobbin/shared/wizard-page'

export const bootElementId = 'boot'

/** JSON that may stand inside a script element: nothing in it can end the element or open a comment. */
export function bootJson({ flowId, connector, state }: Boot): string {
  return JSON.stringify({ flowId, connector: state ? null : connector, state }).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Reads what `bootJson` wrote into the page. */
export function readBoot(page: Document): Boot {
  return JSON.parse(page.getElementById(bootElementId)?.textContent ?? 'null')
}
