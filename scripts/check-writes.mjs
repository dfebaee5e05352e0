import ts from '@typescript/typescript6'

/**
 * What a write does beside its `tx`. It may run twice, the first time for nothing, and decides by what it
 * read: so it reads and writes through its `tx` alone, and tells the rest of the world after the commit.
 *
 * A write is whatever is given to `.write(…)`, and every function with a parameter `Transaction`. Names tell
 * what is what, not types: a program with types takes ten times as long, and stores throw as well.
 *
 * @param {Readonly<Record<string, string>>} texts of the files, by path
 * @returns {string[]} complaints
 */
export function findBesideWrites(texts) {
  const sources = Object.entries(texts).map(([path, text]) =>
    ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
  )
  const readers = new Map()
  for (const source of sources) walk(source, (node) => noteReader(readers, node))
  const complaints = []
  for (const source of sources) {
    walk(source, (node) => {
      if (!isWrite(node)) return true
      for (const { at, what } of besideTx(node, readers)) {
        const { line } = source.getLineAndCharacterOfPosition(at.getStart())
        complaints.push(`${source.fileName}:${line + 1}: ${what}`)
      }
      return false
    })
  }
  return [...new Set(complaints)]
}

/** Visits a node and, as long as that does not answer false, what is in it. */
function walk(node, visit) {
  if (visit(node) !== false) ts.forEachChild(node, (child) => walk(child, visit))
}

function isWrite(node) {
  if (!ts.isFunctionLike(node) || !node.body) return false
  const { parent } = node
  if (ts.isCallExpression(parent) && parent.arguments.includes(node) && nameOf(parent.expression) === 'write')
    return true
  return node.parameters.some((parameter) => isTransaction(parameter) && !isOptional(parameter))
}

const isTransaction = ({ type }) => type !== undefined && type.getText() === 'Transaction'
const isOptional = ({ questionToken, initializer }) =>
  questionToken !== undefined || initializer !== undefined

/** Remembers functions that may be given a `tx`, and read beside it when they are not. */
function noteReader(readers, node) {
  if (!ts.isFunctionLike(node) || !node.name) return
  const index = node.parameters.findIndex((parameter) => isTransaction(parameter) && isOptional(parameter))
  if (index === -1) return
  const needed = node.parameters.slice(0, index).filter((parameter) => !isOptional(parameter)).length
  const name = node.name.getText()
  readers.set(name, [...(readers.get(name) ?? []), { needed, index }])
}

/** The last name of `a.b.c`. */
function nameOf(expression) {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  return ts.isIdentifier(expression) ? expression.text : ''
}

const changing = new Set(['push', 'unshift', 'add', 'set', 'delete', 'clear', 'splice'])

function besideTx(write, readers) {
  const found = []
  const own = namesDeclaredIn(write)
  const isForeign = (node) => ts.isIdentifier(node) && !own.has(node.text)
  walk(write.body, (node) => {
    if (ts.isTypeNode(node)) return false
    if (ts.isIdentifier(node)) {
      if (isName(node)) return false
      if (node.text === 'database' || (node.text === 'read' && isForeign(node)))
        found.push({ at: node, what: 'the store is asked beside the `tx`' })
      if (node.text === 'log' || node.text === 'metrics')
        found.push({ at: node, what: 'told before the commit, and twice if the write runs twice' })
    }
    if (isAssignment(node) && isForeign(node.left ?? node.operand)) {
      found.push({
        at: node,
        what: 'changes what is outside of the write: return it, or wait for the commit',
      })
    }
    if (!ts.isCallExpression(node)) return true
    const name = nameOf(node.expression)
    if (name === 'afterCommit') return false
    const { length } = node.arguments
    const target = ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : null
    const reader = readers.get(name)?.find(({ needed, index }) => length >= needed && length <= index)
    // A value that the write has made, as a map is, is none of the parts that read.
    const isMade = target !== null && ts.isIdentifier(target) && own.get(target.text) === 'made'
    if (reader && !isMade && !node.arguments.some(isTx)) {
      found.push({ at: node, what: `${name}() is not given the \`tx\`` })
    }
    // What is given the `tx` changes the store, and not a collection.
    if (target && changing.has(name) && isForeign(target) && !node.arguments.some(isTx)) {
      found.push({
        at: node,
        what: 'changes what is outside of the write: return it, or wait for the commit',
      })
    }
    return true
  })
  return found
}

const isTx = (argument) => /^tx\b/.test(argument.getText())

/** Names something, rather than being used: `{ database: … }`, `const { database } = …`. `a.database` uses it. */
function isName(node) {
  const { parent } = node
  if (ts.isPropertyAssignment(parent)) return parent.name === node
  return ts.isBindingElement(parent) && parent.name === node && !['database', 'read'].includes(node.text)
}

function isAssignment(node) {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
  }
  const isUnary = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)
  return isUnary && [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator)
}

/** Every name declared in the write: `made` there, or `given` to it (a part of a parameter, too). */
function namesDeclaredIn(write) {
  const names = new Map()
  walk(write, (node) => {
    const isVariable = ts.isVariableDeclaration(node)
    const isDeclaration =
      isVariable || ts.isParameter(node) || ts.isBindingElement(node) || ts.isFunctionDeclaration(node)
    if (isDeclaration && node.name && ts.isIdentifier(node.name)) {
      names.set(node.name.text, isVariable ? 'made' : 'given')
    }
  })
  return names
}
