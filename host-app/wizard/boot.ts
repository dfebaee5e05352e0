import type { FlowConnector } from '@bobbin/shared/connector-info'
import type { Boot } from '@bobbin/shared/wizard-page'

export const bootElementId = 'boot'

/** JSON that may stand inside a script element: nothing in it can end the element or open a comment. */
export function bootJson({ flowId, connector, state }: Boot): string {
  return JSON.stringify({
    flowId,
    connector: state || !connector ? null : forPages(connector),
    state,
  }).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Without what the server alone goes by: these bytes come before the first key. */
function forPages(connector: FlowConnector): FlowConnector {
  const properties = connector.properties.map((property) => ({
    ...property,
    also_named: undefined,
    binds: undefined,
    binds_once_given: undefined,
  }))
  return { ...connector, properties, unsupported: undefined }
}

/** Reads what `bootJson` wrote into the page. */
export function readBoot(page: Document): Boot {
  return JSON.parse(page.getElementById(bootElementId)?.textContent ?? 'null')
}
