import { posix } from 'node:path'
import ts from '@typescript/typescript6'

/** A function that needs more does more than one thing, or is handed what it does not use. */
const mostMembers = 8

/** Names of types that hold what a function works with. Rows and values are what it works on, and may be wide. */
const isBagName = (name) => /(?:Parts|Options|Services)$|^Core$/.test(name)

/** All that there is: the process is put together of it, so it is named there and nowhere else. */
const everything = new Set(['Services', 'Core'])

/**
 * Functions that take more than they name. A parameter's type is counted where it is written out on the spot
 * (with `&`, `Pick`, `Omit` and what is in it), and where its name says that it holds parts. Names tell what is
 * what, as in the check of writes: a program with types takes ten times as long.
 *
 * @param {Readonly<Record<string, string>>} texts of the files, by path
 * @param {(path: string) => boolean} isTop whether the process is put together there
 * @returns {string[]} complaints
 */
export function findBags(texts, isTop) {
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, readFile(path, text)]))
  const complaints = []
  for (const { path, source } of files.values()) {
    const complain = (node, what) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      complaints.push(`${path}:${line + 1}: ${what}`)
    }
    walk(source, (node) => {
      if (ts.isIdentifier(node) && everything.has(node.text) && isTypeName(node) && !isTop(path)) {
        complain(node, `\`${node.text}\` is for where the process is put together: name the parts`)
      }
      const type = ts.isParameter(node) ? node.type : ts.isTypeParameterDeclaration(node) && node.constraint
      if (!type) return
      const members = membersOf(type, path, files)
      if (members.size > mostMembers) {
        complain(node, `${members.size} parts, and ${mostMembers} are the most: ${[...members].join(', ')}`)
      }
    })
  }
  return complaints
}

function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** Whether it names a type, and not what happens to have the same name: `navigator.Core`, `{ Core: 1 }`. */
function isTypeName({ parent }) {
  return (
    ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent) || ts.isExpressionWithTypeArguments(parent)
  )
}

/** The types that a file declares, and those that it has from others. */
function readFile(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const declared = new Map()
  const elsewhere = new Map()
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      declared.set(statement.name.text, statement)
    }
    for (const { name, propertyName } of namesFrom(statement)) {
      const file = posix.join(posix.dirname(path), statement.moduleSpecifier.text)
      elsewhere.set(name.text, { file, name: (propertyName ?? name).text })
    }
  }
  return { path, source, declared, elsewhere }
}

/** What `import { … } from` or `export { … } from` names. */
function namesFrom(statement) {
  if (!statement.moduleSpecifier) return []
  const names = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : ts.isExportDeclaration(statement) && statement.exportClause
  return names && (ts.isNamedImports(names) || ts.isNamedExports(names)) ? names.elements : []
}

/** Where a type is declared: the file, and the declaration. Null for what is not among the files. */
function find(name, path, files) {
  const file = files.get(path)
  const declaration = file?.declared.get(name)
  if (declaration) return { declaration, path }
  const from = file?.elsewhere.get(name)
  return from ? find(from.name, from.file, files) : null
}

/** The names of the members that a function is handed by a parameter of this type. */
function membersOf(type, path, files) {
  if (!type) return new Set()
  if (ts.isParenthesizedTypeNode(type)) return membersOf(type.type, path, files)
  if (ts.isIntersectionTypeNode(type)) return union(type.types.map((part) => membersOf(part, path, files)))
  if (ts.isUnionTypeNode(type)) return largest(type.types.map((part) => membersOf(part, path, files)))
  if (ts.isTypeLiteralNode(type)) return membersIn(type.members, path, files)
  if (!ts.isTypeReferenceNode(type)) return new Set()
  const name = type.typeName.getText()
  const [first, second] = type.typeArguments ?? []
  if (first && second && name === 'Pick') return keysOf(second)
  if (first && second && name === 'Omit') return without(membersOf(first, path, files), keysOf(second))
  if (first && ['Partial', 'Required', 'Readonly'].includes(name)) return membersOf(first, path, files)
  if (!isBagName(name) || everything.has(name)) return new Set()
  return membersOfNamed(name, path, files)
}

function membersOfNamed(name, path, files) {
  const found = find(name, path, files)
  if (!found) return new Set()
  const { declaration } = found
  if (ts.isTypeAliasDeclaration(declaration)) return membersOf(declaration.type, found.path, files)
  const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => [...types])
  return union([
    ...bases.map((base) => membersOfBase(base, found.path, files)),
    membersIn(declaration.members, found.path, files),
  ])
}

/** What an interface has from another counts whatever that is called. */
function membersOfBase({ expression, typeArguments }, path, files) {
  const name = expression.getText()
  const [first, second] = typeArguments ?? []
  if (second && name === 'Pick') return keysOf(second)
  if (second && name === 'Omit') return without(membersOf(first, path, files), keysOf(second))
  return membersOfNamed(name, path, files)
}

/** Each member by its name; a bag in a bag by what is in it. */
function membersIn(members, path, files) {
  return union(
    members.map((member) => {
      if (!member.name) return new Set()
      const name = member.name.getText()
      const inner = ts.isMethodSignature(member) ? new Set() : membersOf(member.type, path, files)
      const isBag = isBagName(member.type?.typeName?.getText() ?? '') || inner.size > mostMembers
      return isBag ? new Set([...inner].map((part) => `${name}.${part}`)) : new Set([name])
    }),
  )
}

function keysOf(type) {
  const types = ts.isUnionTypeNode(type) ? type.types : [type]
  return new Set(types.filter(ts.isLiteralTypeNode).map(({ literal }) => literal.text))
}

const union = (sets) => new Set(sets.flatMap((set) => [...set]))
const without = (set, left) => new Set([...set].filter((name) => !left.has(name)))
const largest = (sets) => sets.reduce((most, set) => (set.size > most.size ? set : most), new Set())
