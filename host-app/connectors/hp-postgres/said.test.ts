import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConnectorError } from '../connector.ts'
import { askForMd5, listening, meet, meetAt, refusal } from './refusing-server.testing.ts'

describe('what a server says', () => {
  const password = 'p4ss "wörd\' & \\ more'
  const detailOf = async (M: string, secret = password) => {
    const run = await meet({ first: refusal({ C: 'XX000', M }) }, { password: secret })
    const { error } = run
    if (!(error instanceof ConnectorError)) throw error
    return { detail: error.detail ?? '', all: inspect(run, { depth: 9, showHidden: true }) }
  }

  it.each([
    ['plain', password],
    ['upper case', password.toUpperCase()],
    ['percent-encoded', encodeURIComponent(password)],
    ['in JSON', JSON.stringify(password)],
    ['quoted', password.replaceAll("'", "''")],
    ['hexadecimal', Buffer.from(password).toString('hex')],
    ['base64', Buffer.from(password).toString('base64')],
    ['with what nobody sees in it', `${password.slice(0, 3)}\u0007\u202e${password.slice(3)}`],
  ])('never is the password: %s', async (_, form) => {
    const { detail, all } = await detailOf(`I got ${form} from you`)
    expect(detail).toContain('***')
    for (const text of [detail, all]) {
      expect(text).not.toContain(form)
      expect(text.toLowerCase()).not.toContain('p4ss')
    }
  })

  it('never is the beginning of the password, where it is too long to be looked at', async () => {
    for (const shown of [3, 6, 12, password.length]) {
      const { detail, all } = await detailOf(
        `${' '.repeat(20_000 - shown)}${password} ${'x'.repeat(5_000_000)}`,
      )
      expect(detail).not.toContain('p4s')
      expect(all).not.toContain('p4s')
    }
  })

  it('never is a short password that stands by itself, and other words stay', async () => {
    const { detail } = await detailOf('axe: ax is wrong, taxes', 'ax')
    expect(detail).toContain('axe: *** is wrong, taxes')
  })

  it('never is what answered its challenge', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write(askForMd5)
        socket.once('data', (answer) => {
          socket.end(
            refusal({ C: 'XX000', M: `I do not like ${answer.toString('latin1', 5, answer.length - 1)}` }),
          )
        })
      })
    })
    const { error } = await meetAt(await listening(server))
    server.close()
    expect(error).toMatchObject({
      code: 'SignInRefused',
      detail: expect.stringContaining('I do not like ***'),
    })
    expect(inspect(error)).not.toMatch(/md5[0-9a-f]{8}/)
  })

  it('is cut, of one line, and turns nothing around it', async () => {
    const { detail } = await detailOf(
      `a\u202eb\u0000c\r\n\u2068d\u2069${'€'.repeat(3_000)}`.replaceAll('\0', ''),
    )
    expect(detail).toMatch(/^The server said: \u2068ab?c? ?.*…\u2069 \(SQLSTATE XX000\)\.$/)
    expect(detail.length).toBeLessThan(320)
    expect(detail).not.toMatch(/\p{Cc}|\u202e/u)
  })
})
