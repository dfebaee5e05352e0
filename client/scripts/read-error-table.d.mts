export interface ErrorRow {
  readonly code: string
  readonly when: string
  readonly advice: string
  readonly isRetryable: boolean
}
export function readErrorTable(readme: string): ErrorRow[]
