import { ConnectorError } from '../connector.ts'
import { Line } from './line.ts'
import type { Refusal } from './refusals.ts'

type LineOptions = ConstructorParameters<typeof Line>[0]

/**
 * What a refusal by pg_hba.conf comes to: its lines are for encrypted connections, for others, or for both, and it does
 * not say which refused. Who came without encryption comes again with it, and goes when the password is asked for. Not
 * the other way round: without encryption the names of user and database are told to whoever listens.
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
  if (tlsMode === 'disable') {
    const encrypted = { ...options, settings: { ...options.settings, tlsMode: 'require' as const } }
    if (await isLetIn(encrypted)) {
      const detail = 'Its pg_hba.conf lets this user in with encryption only.'
      return { code: 'TlsRequired', field: 'ssl', detail }
    }
  }
  const orPlain =
    tlsMode === 'disable'
      ? ''
      : ' Or it lets them in without encryption only: then turn TLS off; or by a client certificate.'
  // In English, where it is; in other languages it is most often the address all the same.
  return words.includes('rejects connection')
    ? {
        code: 'PermissionDenied',
        field: 'user',
        detail: `A rule of its pg_hba.conf turns away this user, this database or the address that it sees us come from.${orPlain}`,
      }
    : {
        code: 'PermissionDenied',
        field: 'host',
        detail: `Its pg_hba.conf does not let this user in to this database from the address that it sees us come from.${orPlain}`,
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
