import { Option } from 'commander'
import { shell } from './shell.ts'

/** For programs: one JSON document on standard output. */
export interface OutputOptions {
  readonly json?: boolean
}

export const jsonOption = () => new Option('--json', 'print one JSON document, for programs')

/** Prints a result: `data` as JSON, or what `lines` makes of it for people. */
export function print(options: OutputOptions, data: unknown, lines: () => readonly string[]): void {
  if (options.json) shell().print(`${JSON.stringify(data, null, 2)}\n`)
  else printLines(lines())
}

/** One line of JSON, for what never ends. */
export function printJsonLine(data: unknown): void {
  shell().print(`${JSON.stringify(data)}\n`)
}

export function printLines(lines: readonly string[]): void {
  shell().print(lines.map((line) => `${line}\n`).join(''))
}

type Cell = string | number | null

/** Columns under their titles. What other people typed cannot steer the terminal. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const cells = [titles.map((title) => title.toUpperCase()), ...rows.map((row) => row.map(textOf))]
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `name  value`, one a line. */
export function facts(pairs: Readonly<Record<string, Cell>>): string[] {
  const width = Math.max(...Object.keys(pairs).map((name) => name.length))
  return Object.entries(pairs).map(([name, value]) => `${name.padEnd(width)}  ${textOf(value)}`)
}

/** Minutes are enough for people. */
export function timeText(millis: number | null): string | null {
  return millis === null ? null : `${new Date(millis).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function timestamp(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString()
}

/** Control characters would move the cursor, recolour or retitle the operator's terminal. */
export function textOf(cell: Cell): string {
  return cell === null ? '–' : String(cell).replaceAll(/\p{Cc}|\p{Cf}/gu, '�')
}
