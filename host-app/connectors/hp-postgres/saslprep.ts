import { isForbidden, isLeftToRight, isRightToLeft } from './stringprep-tables.ts'

/** Blanks other than the ordinary one (C.1.2 of RFC 3454), and what is mapped to nothing (B.1). */
const otherBlanks = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu
const invisible =
  /\u00ad|\u034f|\u1806|\u180b|\u180c|\u180d|\u200b|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu

/**
 * A password as PostgreSQL makes it ready for SCRAM, on both sides: prepared by SASLprep (RFC 4013), and as it is
 * where that refuses it, as it does with whatever Unicode has got since version 3.2.
 */
export function preparedPassword(password: string): string {
  if (!/\P{ASCII}/u.test(password) || !password.isWellFormed()) return password
  const prepared = password.replace(otherBlanks, ' ').replace(invisible, '').normalize('NFKC')
  const codePoints = Array.from(prepared, (character) => character.codePointAt(0) ?? 0)
  const isRefused = prepared === '' || codePoints.some(isForbidden) || mixesDirections(codePoints)
  return isRefused ? password : prepared
}

/** Where one is written from right to left, the first and the last have to be, and none from left to right. */
function mixesDirections(codePoints: readonly number[]): boolean {
  if (!codePoints.some(isRightToLeft)) return false
  const ends = [codePoints.at(0) ?? 0, codePoints.at(-1) ?? 0]
  return codePoints.some(isLeftToRight) || !ends.every(isRightToLeft)
}
