import { isolated } from '@bobbin/shared/isolated'

/** A heading as the title of its window: plain text, in which names stay isolated. */
export function titleOf(heading: Pick<ParentNode, 'childNodes'>): string {
  return Array.from(heading.childNodes, ({ nodeName, textContent }) =>
    nodeName === 'BDI' ? isolated(textContent ?? '') : textContent,
  ).join('')
}

/** The same, of the first heading in HTML; still in HTML's entities. */
export function titleInHtml(body: string): string {
  const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(body)?.[1] ?? ''
  return heading
    .replaceAll(/<bdi[^>]*>/g, '\u2068')
    .replaceAll('</bdi>', '\u2069')
    .replaceAll(/<[^>]*>/g, '')
}
