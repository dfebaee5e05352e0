import type { FileEntryWithStats, SFTPWrapper } from 'ssh2'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { openSsh, type SshConnection } from '../ssh/open-ssh.ts'
import type { FileStart } from './file-text.ts'
import { readSftpSettings } from './sftp-settings.ts'

type EntryKind = 'file' | 'folder' | 'link' | 'other'

/** What is in a folder, or what a link leads to. */
export interface Entry {
  readonly name: string
  readonly kind: EntryKind
  /** In bytes. */
  readonly size: number
  /** In seconds since 1970. */
  readonly modifiedAt: number
}

/** The server has not got it, or does not give it: `reason` says which. */
export class PathRefused extends Error {
  override readonly name = 'PathRefused'
  readonly reason: 'missing' | 'denied' | 'failed'

  constructor(reason: 'missing' | 'denied' | 'failed') {
    super(reason)
    this.reason = reason
  }
}

/** A session of SFTP. All throw `PathRefused` for a path, `ConnectorError` for the connection, or the signal's reason. */
export interface FileSession {
  /** The entries of a folder, in portions as the server sends them; without `.` and `..`. */
  list(folder: string): AsyncGenerator<Entry[]>
  /** Follows links. */
  stat(path: string): Promise<Omit<Entry, 'name'>>
  /** The first so many bytes, or all that there are; fewer from a server that sends them by drops. */
  readStart(path: string, most: number): Promise<FileStart>
  /** Never throws, and takes two seconds at most. */
  close(): Promise<void>
}

const noSuchFile = 2
const denied = 3
const endOfFile = 1
const largestRead = 32_768
const mostReads = 256

export async function openFiles(context: ConnectorContext): Promise<FileSession> {
  const ssh = await openSsh(readSftpSettings(context.settings), context)
  try {
    return sessionOn(ssh, await startSftp(ssh))
  } catch (error) {
    await ssh.close()
    throw error
  }
}

async function startSftp(ssh: SshConnection): Promise<SFTPWrapper> {
  const started = Promise.withResolvers<SFTPWrapper>()
  return ssh.run((client) => {
    client.sftp((error, sftp) => {
      if (!error) return started.resolve(sftp)
      if ('level' in error && error.level === 'sftp-protocol')
        return started.reject(translateSessionError(error))
      const detail = 'The server lets the user in, and does not start SFTP.'
      started.reject(new ConnectorError('PermissionDenied', { field: 'username', detail }))
    })
    return started.promise
  })
}

function sessionOn(ssh: SshConnection, sftp: SFTPWrapper): FileSession {
  let fault: ConnectorError | null = null
  sftp.on('error', (error: Error) => (fault ??= translateSessionError(error)))
  sftp.on('close', () => (fault ??= new ConnectorError('ConnectionLost')))

  async function ask<Result>(
    request: (done: (error: Error | null | undefined, result: Result) => void) => void,
  ): Promise<Result> {
    if (fault) throw fault
    const answered = Promise.withResolvers<Result>()
    return ssh.run(() => {
      request((error, result) => {
        if (error) answered.reject(fault ?? refusal(error))
        else answered.resolve(result)
      })
      return answered.promise
    })
  }

  /** What goes wrong with closing is nobody's concern, unless the connection is lost, which the next request tells. */
  const release = (handle: Buffer) => ask<void>((done) => sftp.close(handle, (error) => done(error)))

  return {
    async *list(folder) {
      const handle = await ask<Buffer>((done) => sftp.opendir(folder, done))
      try {
        for (;;) {
          const entries = await ask<FileEntryWithStats[] | null>((done) =>
            sftp.readdir(handle, (error, list) => (isEnd(error) ? done(null, null) : done(error, list))),
          )
          if (entries === null) break
          yield entries.map(({ filename, attrs }) => ({ name: filename, ...about(attrs) }))
        }
      } finally {
        await release(handle).catch(() => {})
      }
    },

    async stat(path) {
      return about(await ask((done) => sftp.stat(path, done)))
    },

    async readStart(path, most) {
      const handle = await ask<Buffer>((done) => sftp.open(path, 'r', done))
      try {
        const pieces: Buffer[] = []
        let length = 0
        let isWhole = false
        while (length < most && pieces.length < mostReads && !isWhole) {
          const piece = await ask<Buffer | null>((done) => {
            const wanted = Math.min(largestRead, most - length)
            sftp.read(handle, Buffer.alloc(wanted), 0, wanted, length, (error, bytes, buffer) =>
              isEnd(error) ? done(null, null) : done(error, buffer?.subarray(0, bytes)),
            )
          })
          isWhole = piece === null || piece.length === 0
          if (piece !== null) pieces.push(piece)
          length += piece?.length ?? 0
        }
        return { bytes: Buffer.concat(pieces), isWhole }
      } finally {
        await release(handle).catch(() => {})
      }
    },

    close: () => ssh.close(),
  }
}

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : null

const isEnd = (error: unknown) => codeOf(error) === endOfFile

/** The server's own words are kept nowhere. */
function refusal(error: unknown): Error {
  const code = codeOf(error)
  if (code === noSuchFile) return new PathRefused('missing')
  if (code === denied) return new PathRefused('denied')
  if (typeof code === 'number' && code < 6) return new PathRefused('failed')
  return new ConnectorError('ConnectionLost')
}

function translateSessionError({ message }: Error): ConnectorError {
  if (/exceeds max length/.test(message)) return new ConnectorError('AnswerTooLarge')
  return new ConnectorError('ProtocolViolation', { field: 'port' })
}

/** The bits of a mode that say what kind of file it is. */
const kinds: Readonly<Record<number, EntryKind>> = { 0o10: 'file', 0o04: 'folder', 0o12: 'link' }

function about(attrs: { mode?: number; size?: number; mtime?: number }): Omit<Entry, 'name'> {
  const { mode = 0, size = 0, mtime = 0 } = attrs
  return { kind: kinds[(mode >> 12) & 0o17] ?? 'other', size, modifiedAt: mtime }
}

/** What a path that is needed was refused for, as the person is told. */
export function pathFault({ reason }: PathRefused, path: string, field: string): ConnectorError {
  const named = isolated(path)
  if (reason === 'missing') {
    return new ConnectorError('NothingFound', { field, detail: `There is no ${named} on the server.` })
  }
  const detail =
    reason === 'denied' ? `The user may not read ${named}.` : `The server could not read ${named}.`
  return new ConnectorError('PermissionDenied', { field, detail })
}
