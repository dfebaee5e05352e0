import type { CheckErrorCode } from '@bobbin/shared/errors'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { isolated } from '@bobbin/shared/isolated'
import { expect, it } from 'vitest'
import { connector as todo } from '../../testing/todo-connector.testing.ts'
import { postgresInfo } from '../../../connectors/hp-postgres/postgres-info.ts'
import { failureSentence } from './failure-sentence.ts'

const entered = (title: string) => `What was entered as ${isolated(title)} was not accepted.`

it.each<[CheckErrorCode, string | null, ConnectorInfo, string]>([
  ['CredentialsRejected', 'password', postgresInfo, 'The server did not accept the user name and password.'],
  ['CredentialsRejected', 'api_key', todo.info, entered('API key')],
  ['CredentialsRejected', null, todo.info, entered('API key')],
  ['CredentialsRejected', 'url', todo.info, entered('Address')],
  ['CredentialsRejected', null, { ...todo.info, properties: [] }, 'The sign-in was not accepted.'],
  ['PermissionDenied', null, postgresInfo, 'The user is not allowed to read what is needed.'],
  ['PermissionDenied', null, todo.info, 'What is needed may not be read with these settings.'],
  ['HostNotFound', 'url', todo.info, 'No server with this host name could be found. Check the spelling.'],
])('%s at %s names what the form has', (code, field, info, sentence) => {
  expect(failureSentence(code, field, info)).toBe(sentence)
})

it.each(['NothingFound', 'ProtocolViolation', 'PermissionDenied', 'CredentialsRejected'] as const)(
  '%s speaks of no user, password or host where there is none',
  (code) => {
    expect(failureSentence(code, null, todo.info)).not.toMatch(/user|password|host/i)
    expect(failureSentence(code, null, postgresInfo)).toMatch(/user|password|host/i)
  },
)
