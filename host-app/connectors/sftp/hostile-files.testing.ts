import type { Connection, ServerChannel, SFTPWrapper } from 'ssh2'
import { utils } from 'ssh2'

const { STATUS_CODE: status } = utils.sftp
const handle = Buffer.from('handle')
const folderMode = 0o40755
const fileMode = 0o100644

interface Listed {
  readonly filename: string
  readonly mode?: number
  readonly size?: number
}

/** What a server does with whoever it let in; the rest it does as a good one would. */
export interface FilePlay {
  /** The next portion of a folder; null: that was all. */
  readonly list?: (folder: string, portion: number) => readonly Listed[] | null
  /** What is read at a position; null: the end. */
  readonly read?: (position: number, length: number) => Buffer | null
  /** Bytes in place of SFTP. */
  readonly raw?: Buffer
  /** Requests that are never answered. */
  readonly ignores?: 'OPENDIR' | 'READDIR' | 'OPEN' | 'READ' | 'STAT'
  /** It hangs up in place of an answer. */
  readonly hangsUpAt?: 'READDIR' | 'READ'
}

/** Has the connection act the play. */
export function act(connection: Connection, play: FilePlay): void {
  connection.on('session', (accept) => {
    const session = accept()
    if (play.raw) {
      session.on('subsystem', (acceptChannel: () => ServerChannel) => acceptChannel().write(play.raw))
    } else {
      session.on('sftp', (acceptSftp) => serve(acceptSftp(), connection, play))
    }
  })
}

function serve(sftp: SFTPWrapper, connection: Connection, play: FilePlay): void {
  let folder = ''
  let portion = 0
  const heeds = (request: string) => play.ignores !== request
  sftp.on('error', () => {})
  sftp.on('STAT', (id) => {
    if (heeds('STAT')) sftp.attrs(id, attributes({ mode: folderMode, size: 0 }))
  })
  sftp.on('OPENDIR', (id, path) => {
    folder = path
    portion = 0
    if (heeds('OPENDIR')) sftp.handle(id, handle)
  })
  sftp.on('READDIR', (id) => {
    if (play.hangsUpAt === 'READDIR') return void connection.end()
    if (!heeds('READDIR')) return
    const listed = (play.list ?? onePortion)(folder, portion++)
    if (listed === null) return sftp.status(id, status.EOF)
    sftp.name(
      id,
      listed.map(({ filename, mode = fileMode, size = 10 }) => ({
        filename,
        longname: filename,
        attrs: attributes({ mode, size }),
      })),
    )
  })
  sftp.on('OPEN', (id) => {
    if (heeds('OPEN')) sftp.handle(id, handle)
  })
  sftp.on('READ', (id, _handle, position, length) => {
    if (play.hangsUpAt === 'READ') return void connection.end()
    if (!heeds('READ')) return
    const bytes = (play.read ?? smallFile)(position, length)
    if (bytes === null) sftp.status(id, status.EOF)
    else sftp.data(id, bytes)
  })
  sftp.on('CLOSE', (id) => sftp.status(id, status.OK))
}

const attributes = ({ mode, size }: { mode: number; size: number }) => ({
  mode,
  size,
  uid: 0,
  gid: 0,
  atime: 0,
  mtime: 1_700_000_000,
})

const onePortion: NonNullable<FilePlay['list']> = (_, portion) =>
  portion === 0 ? [{ filename: 'a.csv' }] : null

const content = Buffer.from('a,b\n1,2\n')
const smallFile: NonNullable<FilePlay['read']> = (position, length) =>
  position < content.length ? content.subarray(position, position + length) : null

const many = Array.from({ length: 100 }, (_, index) => index)

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** By what the server does, and what it is told as; null: nothing is wrong with it. */
export const filePlays: Readonly<Record<string, FilePlay & { code: string | null }>> = {
  'is a good one': { code: null },
  'lists a folder without end': {
    list: (_, portion) => many.map((index) => ({ filename: `${portion}-${index}.csv` })),
    code: 'AnswerTooLarge',
  },
  'lists nothing without end': { list: () => [], code: 'AnswerTooLarge' },
  'lists long names without end': {
    list: (_, portion) =>
      many.slice(0, 40).map((index) => ({ filename: `${portion}-${index}`.padEnd(1_000, 'x') })),
    code: 'AnswerTooLarge',
  },
  'has a folder in each folder': {
    list: (_, portion) =>
      portion === 0 ? [{ filename: 'deeper', mode: folderMode }, { filename: 'a.csv' }] : null,
    code: null,
  },
  'has a hundred folders in each folder': {
    list: (_, portion) =>
      portion === 0 ? many.map((index) => ({ filename: `${index}`, mode: folderMode })) : null,
    code: 'AnswerTooLarge',
  },
  'names what leads elsewhere': {
    list: (_, portion) =>
      portion === 0
        ? ['..', '.', '', '../../etc/passwd.csv', '/etc/shadow.csv', 'a\0.csv'].map((filename) => ({
            filename,
          }))
        : null,
    code: 'NothingFound',
  },
  'has a file without end': { read: (_, length) => Buffer.alloc(length, 'a,b\n1,2\n'), code: null },
  'has a line without end': { read: (_, length) => Buffer.alloc(length, 'x'), code: 'FileMalformed' },
  'sends a file by drops': { read: () => Buffer.from('a'), code: 'FileMalformed' },
  'sends more of a file than was asked for': {
    read: (_, length) => Buffer.alloc(length + 100_000, 'a,b\n1,2\n'),
    code: null,
  },
  'announces a packet of two gigabytes': { raw: uint32(0x7f_ff_ff_ff), code: 'AnswerTooLarge' },
  'says what is no SFTP': { raw: Buffer.from('\0\0\0\u0005hello'), code: 'ProtocolViolation' },
  'does not begin with SFTP': { raw: Buffer.alloc(0), code: 'ConnectionTimeout' },
  'falls silent over a folder': { ignores: 'READDIR', code: 'ConnectionTimeout' },
  'falls silent over a file': { ignores: 'READ', code: 'ConnectionTimeout' },
  'hangs up over a folder': { hangsUpAt: 'READDIR', code: 'ConnectionLost' },
  'hangs up over a file': { hangsUpAt: 'READ', code: 'ConnectionLost' },
}
