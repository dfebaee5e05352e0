import { nanoid } from 'nanoid'

/** Names what is made, and is guessed by nobody: 22 characters of base64url, each at random, 132 bits. */
export const randomId = (): string => nanoid(22)
