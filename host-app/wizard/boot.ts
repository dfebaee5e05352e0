import type { FlowConnector, PropertyInfo } from '@bobbin/shared/connector-info'
import { shownProperties } from '@bobbin/shared/setting-rules'
import type { Boot } from '@bobbin/shared/wizard-page'
import { isAdvanced } from './form/settings.ts'

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

/**
 * Without what the server alone goes by, what values are judged by, and the words of what is not seen at first: these
 * bytes come before the first key. All of it but the first comes with the flow's state, without which nothing is sent.
 */
function forPages(connector: FlowConnector): FlowConnector {
  const shown = new Set(shownProperties(connector.properties, {}))
  const properties = connector.properties.map((property) => ({
    ...property,
    ...((!shown.has(property) || isAdvanced(property)) && { description: undefined, placeholder: undefined }),
    json_schema: drawn(property.json_schema),
    also_named: undefined,
    binds: undefined,
    binds_once_given: undefined,
  }))
  return { ...connector, properties, unsupported: undefined }
}

/** Of a schema what its control looks like by. */
function drawn(schema: PropertyInfo['json_schema']): PropertyInfo['json_schema'] {
  return schema && { enum: schema['enum'], oneOf: schema['oneOf'], format: schema['format'] }
}

/** Reads what `bootJson` wrote into the page. */
export function readBoot(page: Document): Boot {
  return JSON.parse(page.getElementById(bootElementId)?.textContent ?? 'null')
}
