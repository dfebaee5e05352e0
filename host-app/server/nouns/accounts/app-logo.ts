import { createHash } from 'node:crypto'
import { largestLogo } from '@bobbin/shared/account'
import { AppError } from '../../ground/app-error.ts'
import { readPicture } from './picture.ts'

/** In pixels: it is shown much smaller, and what unpacks to more costs whoever looks at it. */
const longestSide = 1_024

/**
 * Where a logo is served. Its address is made of the picture alone: it tells nothing of whose it is, never
 * shows anything else, and who could guess it has the picture already.
 */
export function logoPath(file: string): string {
  return `/app-logos/${file}`
}

/** What a name of a logo's file looks like, and the type that it stands for; null for other names. */
export function typeOfLogo(file: string): 'image/png' | 'image/webp' | null {
  const ending = /^[\w-]{43}\.(png|webp)$/.exec(file)?.[1]
  return ending === undefined ? null : ending === 'png' ? 'image/png' : 'image/webp'
}

/**
 * A logo, given as a data URL of PNG or WebP.
 * @throws {AppError} InvalidBody, naming the field
 */
export function readLogo(dataUrl: string): { file: string; picture: string } {
  const [declared = '', picture = ''] = dataUrl.slice('data:'.length).split(';base64,')
  const bytes = Buffer.from(picture, 'base64')
  if (bytes.toString('base64') !== picture) throw invalidLogo('The data URL is not valid base64.')
  if (bytes.length > largestLogo) throw invalidLogo('The picture has more than 32 KB.')
  const read = readPicture(bytes)
  if (read?.type !== declared) throw invalidLogo(`The data is no whole ${declared} picture.`)
  if (read.moves) throw invalidLogo('The picture must not be animated.')
  const sides = [read.width, read.height]
  if (sides.some((side) => side < 1 || side > longestSide)) {
    throw invalidLogo(`The picture must have ${longestSide} pixels a side at most.`)
  }
  const hash = createHash('sha256').update(bytes).digest('base64url')
  return { file: `${hash}.${declared.slice('image/'.length)}`, picture }
}

function invalidLogo(fault: string): AppError {
  return new AppError('InvalidBody', { data: { paths: { app_logo: fault } } })
}
