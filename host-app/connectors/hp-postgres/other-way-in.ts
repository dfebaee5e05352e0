import { ConnectorError } from '../connector.ts'
import { Line } from './line.ts'
import type { PostgresSettings } from './postgres-settings.ts'
import type { Refusal } from './refusals.ts'

type LineOptions = ConstructorParameters<typeof Line>[0]

/**
 * What a refusal by pg_hba.conf comes to: its lines are for encrypted connections, for others, or for both, and it does
 * not say which refused. So the same user comes again the other way, and goes when the password is asked for.
 * Without encryption that tells names of user and database to who listens, so it is done only where the server was
 * not to be verified either.
 */
export async function explainHba(refusal: ConnectorError, options: LineOptions): Promise<ConnectorError> {
  const { code, field, detail } = await findReason(refusal.detail ?? '', options)
  return new ConnectorError(code, {
    ...(field !== undefined && { field }),
    detail: [detail, refusal.detail].filter((part) => part).join(' '),
    cause: refusal.cause,
  })
}

async function findReason(words: string, options: LineOptions): Promise<Refusal> {
  const { tlsMode } = options.settings
  const other = (mode: PostgresSettings['tlsMode']) => ({
    ...options,
    settings: { ...options.settings, tlsMode: mode },
  })
  if (tlsMode === 'disable' && (await isLetIn(other('require')))) {
    const detail = 'Its pg_hba.conf lets this user in with encryption only.'
    return { code: 'TlsRequired', field: 'ssl', detail }
  }
  if (tlsMode === 'require' && (await isLetIn(other('disable')))) {
    const detail = 'Its pg_hba.conf lets this user in without encryption only. Turn TLS off.'
    return { code: 'TlsNotSupported', field: 'ssl', detail }
  }
  const mayBePlain = tlsMode.startsWith('verify-') ? ' Perhaps it would without encryption.' : ''
  // In English, where it is; in other languages it is most often the address all the same.
  return words.includes('rejects connection')
    ? {
        code: 'PermissionDenied',
        field: 'user',
        detail: `A rule of its pg_hba.conf turns away this user, this database or our address.${mayBePlain}`,
      }
    : {
        code: 'PermissionDenied',
        field: 'host',
        detail: `Its pg_hba.conf does not let this user in from our address.${mayBePlain}`,
      }
}

/** Whether pg_hba.conf would let us begin. Never tells the server the password. */
async function isLetIn(options: LineOptions): Promise<boolean> {
  const askPassword = () => {
    throw new ConnectorError('CredentialsRejected')
  }
  const line = new Line({ ...options, askPassword })
  try {
    await line.signIn()
    return true
  } catch {
    options.signal.throwIfAborted()
    return line.hasSpoken && !line.isRefusedByHba
  } finally {
    await line.close()
  }
}
