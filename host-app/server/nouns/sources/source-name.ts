import type { Kysely } from 'kysely'
import { AppError } from '../../ground/app-error.ts'
import type { Tables } from '../../store/tables.ts'

/** Names are shorter than this: they become schema names in people's databases. */
const nameLimit = 50

/**
 * The name that a display name stands for: lower case, blanks and hyphens as `_`, accents off, everything
 * that a name may not have left out. Empty when nothing remains.
 */
export function deriveName(displayName: string): string {
  return displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9_$\s-]/g, '')
    .trim()
    .replace(/[\s-]+/g, '_')
}

export function isName(name: string): boolean {
  return name.length < nameLimit && /^[a-z_][a-z0-9_$]*$/.test(name)
}

/** For the API: the derived name, or a refusal that says which rule it breaks. */
export function requireName(displayName: string): string {
  const name = deriveName(displayName)
  if (name === '') {
    throw new AppError('InvalidDisplayName', {
      message: `invalid name after deriving it from display_name (${displayName} -> ${name})`,
    })
  }
  if (!isName(name)) {
    throw new AppError('InvalidName', {
      message:
        `invalid name after deriving it from display_name (${displayName} -> ${name}): a name has fewer than ` +
        `${nameLimit} characters, only lowercase letters, digits, _ and $, and starts with a letter or _`,
      data: { reason: 'rule' },
    })
  }
  return name
}

/** For people, who may call a source what they like: a name that keeps the rules whatever they wrote. */
export function suitName(displayName: string, fallback: string): string {
  const name = deriveName(displayName) || deriveName(fallback) || 'source'
  return (/^[a-z_]/.test(name) ? name : `_${name}`).slice(0, nameLimit - 1)
}

/** The names of an account that are taken: a deleted source gives up its own. */
const taken = (db: Kysely<Tables>, accountId: number) =>
  db.selectFrom('source').select('name').where('account_id', '=', accountId).where('deleted_at', 'is', null)

/** The name itself, or the first of `name_2`, `name_3`, … that the account does not have. */
export async function freeName(db: Kysely<Tables>, accountId: number, name: string): Promise<string> {
  const names = new Set((await taken(db, accountId).execute()).map((row) => row.name))
  let candidate = name
  for (let number = 2; names.has(candidate); number += 1) {
    const suffix = `_${number}`
    candidate = name.slice(0, nameLimit - 1 - suffix.length) + suffix
  }
  return candidate
}

/** Throws InvalidName with the reason `taken`. */
export async function requireFreeName(
  db: Kysely<Tables>,
  accountId: number,
  name: string,
  displayName: string,
): Promise<void> {
  if (!(await taken(db, accountId).where('name', '=', name).executeTakeFirst())) return
  throw new AppError('InvalidName', {
    message:
      name === displayName
        ? `non-unique name (${name})`
        : `non-unique name after deriving it from display_name (${displayName} -> ${name})`,
    data: { reason: 'taken' },
  })
}
