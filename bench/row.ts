/** One line of the result: a figure of ours beside the thing that it is measured against, of the same run. */
export interface Row {
  readonly what: string
  readonly unit: 'ms' | 'B' | '/s' | 'requests'
  readonly ours: number
  /** Null: there is nothing to compare with. */
  readonly anchor: { readonly name: string; readonly value: number } | null
  /** Of the ratio to the anchor, or of the figure itself; null: reported only. */
  readonly limit: {
    readonly of: 'ratio' | 'figure'
    readonly atMost?: number
    readonly atLeast?: number
  } | null
  /** What else was seen: spreads, shares, counts. For the JSON file. */
  readonly detail?: Readonly<Record<string, number | string>>
}

/** Ours over the anchor; null without an anchor. */
export function ratioOf({ ours, anchor }: Row): number | null {
  return anchor ? ours / anchor.value : null
}

/** Null when there is no limit. */
export function isMet(row: Row): boolean | null {
  if (!row.limit) return null
  const { of, atMost = Infinity, atLeast = -Infinity } = row.limit
  const value = of === 'figure' ? row.ours : ratioOf(row)
  return value === null ? null : value <= atMost && value >= atLeast
}

export function printTable(rows: readonly Row[]): void {
  const lines = [
    ['what', 'ours', 'anchor', 'ratio', 'limit', 'met'],
    ...rows.map((row) => {
      const ratio = ratioOf(row)
      const met = isMet(row)
      return [
        row.what,
        `${written(row.ours)} ${row.unit}`,
        row.anchor ? `${written(row.anchor.value)} ${row.unit} (${row.anchor.name})` : '',
        ratio === null ? '' : ratio.toFixed(2),
        writtenLimit(row),
        met === null ? '' : met ? 'yes' : 'NO',
      ]
    }),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  console.log()
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    )
    console.log(cells.join('  ').trimEnd())
  }
}

function writtenLimit({ limit, unit }: Row): string {
  if (!limit) return ''
  const sign = limit.atMost === undefined ? '≥' : '≤'
  const value = limit.atMost ?? limit.atLeast ?? NaN
  return limit.of === 'ratio' ? `${sign} ${value.toFixed(2)} ×` : `${sign} ${written(value)} ${unit}`
}

function written(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })
}
