/** Something that only the operator can mend: the message says in a sentence what, where, and how. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
