import { isolated } from '@bobbin/shared/isolated'
import { MalformedFile } from './file-text.ts'

interface CsvOptions {
  readonly delimiter: string
  /** Whether the text ends where the file does; otherwise its last row may be cut. */
  readonly isWhole: boolean
  readonly mostRows: number
}

const delimiters = [',', ';', '\t', '|'] as const
const rowsToJudgeBy = 20

/** The rows of a text in CSV, as RFC 4180 and Python's reader have it; empty lines are none. @throws {MalformedFile} */
export function csvRows(text: string, { delimiter, isWhole, mostRows }: CsvOptions): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  const endRow = () => {
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  while (at < text.length && rows.length < mostRows) {
    const { value, end } =
      text[at] === '"' ? quotedField(text, at, delimiter) : plainField(text, at, delimiter)
    if (end === -1) {
      if (isWhole) throw new MalformedFile('a quotation mark in it is never closed')
      return rows
    }
    row.push(value)
    at = end
    if (text[at] === delimiter) {
      at += 1
      // Nothing after the last delimiter is an empty field.
      if (at === text.length) row.push('')
      continue
    }
    if (at >= text.length) break
    at += text.startsWith('\r\n', at) ? 2 : 1
    endRow()
  }
  if (row.length > 0 && isWhole && rows.length < mostRows) endRow()
  return rows
}

interface Field {
  readonly value: string
  /** Where what follows it begins; -1: it has no end. */
  readonly end: number
}

function plainField(text: string, start: number, delimiter: string): Field {
  let end = start
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
  return { value: text.slice(start, end), end }
}

function quotedField(text: string, start: number, delimiter: string): Field {
  let value = ''
  let from = start + 1
  for (;;) {
    const close = text.indexOf('"', from)
    if (close === -1) return { value, end: -1 }
    value += text.slice(from, close)
    if (text[close + 1] !== '"') {
      // Whatever stands between the closing mark and the delimiter belongs to it, as Python has it.
      const rest = plainField(text, close + 1, delimiter)
      return { value: value + rest.value, end: rest.end }
    }
    value += '"'
    from = close + 2
  }
}

/** The delimiter with which most rows have as many fields as the first, of several such the one that makes more of them. */
export function sniffDelimiter(text: string, isWhole: boolean): string {
  let best = { delimiter: ',', share: 0, width: 1 }
  for (const delimiter of delimiters) {
    const rows = rowsBy(delimiter)
    const width = rows[0]?.length ?? 0
    const share = rows.filter((row) => row.length === width).length / Math.max(1, rows.length)
    if (width > 1 && (share > best.share || (share === best.share && width > best.width))) {
      best = { delimiter, share, width }
    }
  }
  return best.delimiter

  function rowsBy(delimiter: string): string[][] {
    try {
      return csvRows(text, { delimiter, isWhole, mostRows: rowsToJudgeBy })
    } catch (error) {
      if (error instanceof MalformedFile) return []
      throw error
    }
  }
}

const mostColumns = 2_000
const longestName = 255

/**
 * The names of the columns, by position; null for one that is left out: it has no name, or the name comes again, and the
 * last of these counts, as in Singer's tap-sftp. @throws {MalformedFile}
 */
export function columnNames(header: readonly string[]): (string | null)[] {
  const names = header.map((name) => name.trim())
  if (names.length > mostColumns) throw new MalformedFile(`it has more than ${mostColumns} columns`)
  const long = names.find((name) => name.length > longestName)
  if (long !== undefined)
    throw new MalformedFile(`the name of a column has more than ${longestName} characters`)
  if (names.every((name) => name === '')) throw new MalformedFile('its first line names no columns')
  const value = names.find((name) => name !== '')
  if (value !== undefined && names.every((name) => name === '' || isNumber(name))) {
    throw new MalformedFile(`its first line has to name the columns, and begins with ${isolated(value)}`)
  }
  return names.map((name, index) => (name === '' || names.lastIndexOf(name) !== index ? null : name))
}

const isNumber = (text: string) => /^[-+]?[\d.,\s]*\d[\d.,\s]*$/.test(text)
