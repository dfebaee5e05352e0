import { MalformedFile } from './file-text.ts'

/** The objects of a text with one on each line. @throws {MalformedFile} */
export function jsonLines(
  text: string,
  { isWhole, mostRows }: { isWhole: boolean; mostRows: number },
): Record<string, unknown>[] {
  if (text.trimStart().startsWith('[')) {
    throw new MalformedFile('it is one JSON list, where each line has to be an object by itself')
  }
  const lines = text.split('\n')
  // Cut, unless the file ends there.
  if (!isWhole) lines.pop()
  const rows: Record<string, unknown>[] = []
  for (const [index, line] of lines.entries()) {
    if (rows.length === mostRows) break
    if (line.trim() === '') continue
    rows.push(objectIn(line, index + 1))
  }
  return rows
}

function objectIn(line: string, number: number): Record<string, unknown> {
  const value = parsed(line)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new MalformedFile(`line ${number} is not a JSON object`)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
