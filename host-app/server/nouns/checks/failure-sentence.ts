import type { CheckErrorCode } from '@bobbin/shared/errors'
import { errorTable } from '@bobbin/shared/errors'
import type { AddressPart, ConnectorInfo } from '@bobbin/shared/connector-info'
import { isOfForm } from '@bobbin/shared/setting-rules'
import { isolated } from '@bobbin/shared/isolated'

const titles = new Intl.ListFormat('en', { type: 'disjunction' })

/** The failure in words that fit the connector: it has no user name and no host unless its settings do. */
export function failureSentence(code: CheckErrorCode, field: string | null, info: ConnectorInfo): string {
  const has = (part: AddressPart) => info.pasted_address?.fills.some((fill) => fill.part === part) ?? false
  if (code === 'CredentialsRejected' && !has('user')) return rejected(field, info)
  if (code === 'PermissionDenied' && !has('user'))
    return 'What is needed may not be read with these settings.'
  if (code === 'NothingFound' && !has('user')) {
    return 'The connection works, but there is nothing in it that may be read with these settings.'
  }
  if (code === 'ProtocolViolation' && !has('host')) {
    return 'The service gave an answer that is not valid. Check that its address is right, where you gave one.'
  }
  return errorTable[code].sentence
}

function rejected(field: string | null, { properties }: ConnectorInfo): string {
  const secrets = properties.filter((one) => one.is_credential && isOfForm(one))
  const at = properties.filter(({ name }) => name === field)
  const named = (at.length > 0 ? at : secrets).map(({ title }) => isolated(title))
  return named.length > 0
    ? `What was entered as ${titles.format(named)} was not accepted.`
    : 'The sign-in was not accepted.'
}
