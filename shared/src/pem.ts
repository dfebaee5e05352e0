const block = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g
/** Of a key that is encrypted in the old way. How long the hexadecimal is, the cipher says. */
const oldHeader =
  /^\s*Proc-Type:\s*4,ENCRYPTED\s*DEK-Info:\s*((?:AES[\w-]*,[0-9A-Fa-f]{32})|(?:DES[\w-]*,[0-9A-Fa-f]{16}))([\s\S]*)$/

/**
 * The blocks of a text in PEM form, each with its lines as they must be. On the way through forms, environments and
 * JSON the line breaks become blanks or a backslash and a letter, or are lost.
 */
export function pemBlocks(text: string): string[] {
  const withLines = text.replaceAll(/\\r|\\n/g, '\n')
  return Array.from(withLines.matchAll(block), ([, label = '', inner = '']) => {
    const [, cipher, rest = inner] = oldHeader.exec(inner) ?? []
    const header = cipher === undefined ? '' : `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher}\n\n`
    const lines = rest.replace(/\s+/g, '').match(/.{1,64}/g) ?? []
    return `-----BEGIN ${label}-----\n${header}${lines.join('\n')}\n-----END ${label}-----\n`
  })
}
