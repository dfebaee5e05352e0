import ts from '@typescript/typescript6'

/** Codes that say too little by themselves: whoever throws one says why. */
const alwaysWithReason = new Set([
  'AuthorizeFailure',
  'Conflict',
  'FlowSuperseded',
  'InvalidName',
  'Unavailable',
])

/** Types that have the words of a code and stand elsewhere; a test of the table holds them to it. */
const sameWords = {
  TokenRefusalReason: 'UpgradeEphemeralToken',
  AuthorizeRefusalReason: 'AuthorizeFailure',
  CloseReason: 'AppClosedPrematurely',
}

/**
 * The words of `data.reason`, as the product says them, held to the table: a word that is not the code's, a code that
 * is thrown without saying why, and a word of the table that nobody says. Names tell what is what, as in the
 * check of writes: a word is said of a code where it stands inside of something that names that code, be it the call
 * (`new AppError('Conflict', …)`), a value (`{ code: 'Conflict', … }`) or a type (`ReasonOf<'Conflict'>`).
 *
 * @param {Readonly<Record<string, string>>} texts of the product's files, by path, without the table's
 * @param {string} tableText of the file with `errorReasons`
 * @returns {string[]} complaints
 */
export function findWrongReasons(texts, tableText) {
  const table = readTable(tableText)
  const sources = Object.entries(texts).map(([path, text]) =>
    ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
  )
  const names = { table, types: typesOfReasons(sources), functions: new Map() }
  for (const source of sources) walk(source, (node) => noteFunction(names, node))

  const complaints = []
  const said = new Set()
  for (const source of sources) {
    const complain = (node, what) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      complaints.push(`${source.fileName}:${line + 1}: ${what}`)
    }
    walk(source, (node) => {
      if (isThrown(node, alwaysWithReason) && !/\breason\b/.test(node.getText())) {
        complain(node, `${node.arguments[0].text} is thrown without a reason`)
      }
      if (!ts.isStringLiteral(node)) return
      const { codes, isReason } = whatIsNamedAround(node, names)
      const ofWord = [...codes].filter((code) => table.get(code)?.has(node.text))
      for (const code of ofWord) said.add(`${code} ${node.text}`)
      if (isReason && codes.size > 0 && ofWord.length === 0) {
        complain(node, `no reason of ${[...codes].join(' or ')}: ${node.text}`)
      }
    })
  }
  const unsaid = [...table].flatMap(([code, words]) =>
    [...words]
      .filter((word) => !said.has(`${code} ${word}`))
      .map((word) => `the table has ${code} ${word}, and nobody says it`),
  )
  return [...complaints, ...unsaid]
}

function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** The words of each code. */
function readTable(text) {
  const table = new Map()
  walk(ts.createSourceFile('table.ts', text, ts.ScriptTarget.Latest, true), (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== 'errorReasons') return
    for (const { name, initializer } of literalIn(node.initializer).properties) {
      const words = literalIn(initializer).properties.map((word) => word.name.text)
      table.set(name.text, new Set(words))
    }
  })
  return table
}

/** The object of `{ … } as const satisfies …`. */
function literalIn(node) {
  return ts.isObjectLiteralExpression(node) ? node : literalIn(node.expression)
}

const isThrown = (node, codes) =>
  ts.isNewExpression(node) &&
  node.expression.getText() === 'AppError' &&
  node.arguments?.[0] !== undefined &&
  ts.isStringLiteral(node.arguments[0]) &&
  codes.has(node.arguments[0].text)

/** Codes by the names of types that hold reasons of theirs: by name, or by that of a type in them. */
function typesOfReasons(sources) {
  const types = new Map(Object.entries(sameWords).map(([name, code]) => [name, new Set([code])]))
  const declared = []
  for (const source of sources) {
    walk(source, (node) => {
      if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) declared.push(node)
    })
  }
  for (let known = -1; known !== types.size;) {
    known = types.size
    for (const node of declared) {
      const codes = codesIn(node, types)
      if (codes.size > 0) types.set(node.name.text, codes)
    }
  }
  return types
}

/** The codes whose reasons a type speaks of. */
function codesIn(type, types) {
  const codes = new Set()
  if (!type) return codes
  walk(type, (node) => {
    if (!ts.isTypeReferenceNode(node)) return
    const name = node.typeName.getText()
    if (/^(?:ReasonOf|ReasonOfEach|ErrorData)$/.test(name)) {
      walk(node, (inner) => ts.isStringLiteral(inner) && codes.add(inner.text))
    }
    for (const code of types.get(name) ?? []) codes.add(code)
  })
  return codes
}

/** Remembers functions by name with the codes that each parameter's type speaks of. */
function noteFunction({ types, functions }, node) {
  const isFunction = ts.isFunctionLike(node) || ts.isFunctionTypeNode(node)
  if (!isFunction) return
  const name = (node.name ?? node.parent.name)?.getText()
  if (name === undefined) return
  node.parameters.forEach(({ type }, index) => {
    const codes = codesIn(type, types)
    if (codes.size === 0) return
    functions.set(name, [...(functions.get(name) ?? []), { index, codes }])
  })
}

/** The codes named around a word, up to the function that it is in, and whether it stands there as a reason. */
function whatIsNamedAround(word, { table, types, functions }) {
  const codes = new Set()
  const add = (more) => more.forEach((code) => codes.add(code))
  let isReason = false
  for (let node = word; node.parent; node = node.parent) {
    const { parent } = node
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      const index = parent.arguments?.indexOf(node) ?? -1
      const name = lastName(parent.expression)
      for (const known of functions.get(name) ?? []) if (known.index === index) add(known.codes)
      for (const argument of parent.arguments ?? []) if (argument !== node) add(codesSaid(argument, table))
    }
    if (ts.isPropertyAssignment(parent)) {
      if (parent.name.getText() === 'reason' && !isReason) isReason = isValueOf(word, parent)
      const siblings = parent.parent.properties
      const code = siblings.find((one) => ts.isPropertyAssignment(one) && one.name.getText() === 'code')
      if (code && code !== parent) add(codesSaid(code.initializer, table))
    }
    if (parent.type && node !== parent.type) add(codesIn(parent.type, types))
    if (ts.isFunctionLike(parent) && node === parent.body) break
  }
  return { codes, isReason }
}

/** The codes that an expression is, or may be. */
function codesSaid(node, table) {
  if (ts.isStringLiteral(node)) return table.has(node.text) ? [node.text] : []
  if (!ts.isConditionalExpression(node)) return []
  return [...codesSaid(node.whenTrue, table), ...codesSaid(node.whenFalse, table)]
}

/** Whether the word is the property's value, or may be. */
function isValueOf(word, property) {
  let node = word
  while (node.parent !== property) {
    if (ts.isConditionalExpression(node.parent) && node.parent.condition === node) return false
    if (!ts.isConditionalExpression(node.parent) && !ts.isParenthesizedExpression(node.parent)) return false
    node = node.parent
  }
  return true
}

/** The last name of `a.b.c`. */
function lastName(expression) {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  return ts.isIdentifier(expression) ? expression.text : ''
}
