import { createServer, type AddressInfo } from 'node:net'

/**
 * A PostgreSQL server that only asks for the password in clear text, and notes what it is given: where an
 * attacker would like a stored password to be sent.
 */
export async function startThief(): Promise<{ port: string; passwords: string[]; stop(): Promise<void> }> {
  const passwords: string[] = []
  const server = createServer((socket) => {
    let isAsked = false
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      if (!isAsked) {
        isAsked = true
        // AuthenticationCleartextPassword
        socket.write(Buffer.from('520000000800000003', 'hex'))
      } else {
        // PasswordMessage: its type, its length, the text and a zero
        passwords.push(bytes.subarray(5, -1).toString())
        socket.destroy()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: String((server.address() as AddressInfo).port),
    passwords,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
