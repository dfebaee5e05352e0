import { authorizationStatuses } from '@bobbin/shared/connector-catalog'
import { describe, expect, it } from 'vitest'
import { connectionOf, slack } from './catalog-server.testing.ts'
import { AuthorizationStatus, connectionStatus, ConnectionStatus } from './connection-status.ts'

const { NotInstalled, Error: Wrong, Connected } = ConnectionStatus

describe('as the document says it', () => {
  it.each(authorizationStatuses)(
    'of what is enabled only an active authorization is Connected: %s',
    (status) => {
      expect(connectionStatus(connectionOf('slack', '1', { status }))).toBe(
        status === 'active' ? Connected : Wrong,
      )
    },
  )

  it('what is enabled without an authorization is an Error', () => {
    expect(connectionStatus({ enabled: true })).toBe(Wrong)
    expect(connectionStatus({ ...connectionOf('slack', '1'), authorization: undefined })).toBe(Wrong)
  })

  it.each(authorizationStatuses)(
    'what is not enabled is not installed, whatever its authorization: %s',
    (status) => {
      expect(connectionStatus(connectionOf('slack', '1', { enabled: false, status }))).toBe(NotInstalled)
    },
  )

  it('what is no connection is not installed', () => {
    for (const nothing of [undefined, null, { connector: slack }, slack.connection])
      expect(connectionStatus(nothing)).toBe(NotInstalled)
  })
})

it('the values are those of xkit’s client, names from numbers as well', () => {
  expect([NotInstalled, Wrong, Connected]).toEqual([0, 1, 2])
  expect([0, 1, 2].map((value) => ConnectionStatus[value as ConnectionStatus])).toEqual([
    'NotInstalled',
    'Error',
    'Connected',
  ])
  expect(Object.values(AuthorizationStatus)).toEqual([...authorizationStatuses])
})
