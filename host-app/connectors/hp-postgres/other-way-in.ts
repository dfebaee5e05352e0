import { ConnectorError } from '../connector.ts'
import { Line } from './line.ts'
import type { PostgresSettings } from './postgres-settings.ts'

type LineOptions = ConstructorParameters<typeof Line>[0]

/**
 * What a refusal by pg_hba.conf comes to: its lines are for encrypted connections, for others, or for both, and it does
 * not say which refused. So the same user comes again the other way, and goes when the password is asked for.
 * Without encryption that tells names of user and database to who listens, so it is done only where the server was
 * not to be verified either.
 */
export async function explainHba(refusal: ConnectorError, options: LineOptions): Promise<ConnectorError> {
  const { tlsMode } = options.settings
  if (tlsMode === 'disable') {
    const isFine = await isLetIn({ ...options, settings: { ...options.settings, tlsMode: 'require' } })
    return isFine
      ? told(refusal, 'TlsRequired', 'ssl', 'Its pg_hba.conf lets this user in with encryption only.')
      : told(
          refusal,
          'TlsRequired',
          'ssl',
          'Its pg_hba.conf lets this user in from our address with encryption only, or not at all.',
        )
  }
  const plain: PostgresSettings = { ...options.settings, tlsMode: 'disable' }
  if (tlsMode === 'require' && (await isLetIn({ ...options, settings: plain }))) {
    return told(
      refusal,
      'TlsNotSupported',
      'ssl',
      'Its pg_hba.conf lets this user in without encryption only. Turn TLS off.',
    )
  }
  const mayBePlain = tlsMode === 'require' ? '' : ' Perhaps it does so without encryption.'
  return told(
    refusal,
    refusal.code,
    refusal.field ?? 'host',
    `The pg_hba.conf of the server does not let this user in from our address.${mayBePlain}`,
  )
}

function told(
  refusal: ConnectorError,
  code: ConnectorError['code'],
  field: string,
  detail: string,
): ConnectorError {
  return new ConnectorError(code, {
    field,
    detail: [detail, refusal.detail].filter((part) => part).join(' '),
    cause: refusal.cause,
  })
}

/** Whether the server would let us sign in. Never tells it the password. */
async function isLetIn(options: LineOptions): Promise<boolean> {
  let isAsked = false
  const askPassword = () => {
    isAsked = true
    throw new ConnectorError('CredentialsRejected')
  }
  let line: Line
  try {
    line = new Line({ ...options, askPassword })
  } catch {
    return false
  }
  try {
    await line.signIn()
    return true
  } catch {
    options.signal.throwIfAborted()
    return isAsked
  } finally {
    await line.close()
  }
}
