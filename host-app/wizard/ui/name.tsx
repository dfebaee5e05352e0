import { cleanName } from '@bobbin/shared/clean-name'
import { untranslated } from './untranslated.ts'

/** A name that somebody else gave: it turns nothing around it, and nothing around it turns it. */
export function Name({ children }: { children: string }) {
  return <bdi {...untranslated}>{cleanName(children)}</bdi>
}
