import type { FastifyInstance } from 'fastify'
import { OperatorError } from '../ground/operator-error.ts'

/** @throws {OperatorError} where this port or address cannot be had. */
export async function listen(
  app: FastifyInstance,
  { port, listenHost }: { readonly port: number; readonly listenHost: string },
): Promise<void> {
  try {
    await app.listen({ port, host: listenHost })
  } catch (error) {
    const problem = listenProblem(error, port, listenHost)
    if (problem) throw new OperatorError(problem, { cause: error })
    const code = codeOf(error)
    if (listenHost !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error
    // A machine without IPv6.
    await app.listen({ port, host: '0.0.0.0' })
  }
}

/** What the system said, in a sentence for the operator where there is one. */
export function listenProblem(error: unknown, port: number, host: string): string | null {
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken: end the program that has it, or set PORT to another.`
  if (code === 'EACCES') return `This user may not listen on port ${port}: set PORT to one above 1023.`
  if (code !== 'EADDRNOTAVAIL' || host === '::') return null
  return `This machine has no address ${host}: set BOBBIN_LISTEN to one that it has.`
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}
