import type { ListConnectorsOptions } from './directory-types.ts'

/** What the host is asked by, as names with blanks between them. */
export const listParameters = 'limit offset expand q category auth_type stage'
export const itemParameters = 'expand'

/** Options as the host's query has them, lists with commas. What says nothing is left out. */
export function queryOf(options: ListConnectorsOptions, parameters: string): string {
  const query = new URLSearchParams()
  for (const name of parameters.split(' ')) {
    const value = String(options[name as keyof ListConnectorsOptions] ?? '')
    if (value) query.set(name, value)
  }
  return `?${query}`
}
