import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'
import { PathRefused, pathFault, type Entry, type FileSession } from './file-session.ts'

/** A file with something in it. */
export interface FoundFile {
  readonly path: string
  readonly size: number
  readonly modifiedAt: number
}

/** Bounds of memory and time, whatever the server lists; for all tables together. */
const most = {
  entries: 100_000,
  characters: 16_000_000,
  folders: 5_000,
  links: 1_000,
  depth: 16,
  name: 1_024,
}
/** So that a server that answers for ever with nothing comes to an end, too. */
const leastPerAnswer = 10
/** Milliseconds between signs of life. */
const progressEvery = 10_000

/**
 * Lists folders with all that is below them. Paths are as Singer's tap-sftp makes them, since patterns are written for
 * those: the folder as it was given, a slash, the name. A link to a file is a file; one to a folder is not followed.
 */
export function createFileFinder(
  session: FileSession,
  { field, log }: { field: string; log(line: string): void },
): (prefix: string) => Promise<readonly FoundFile[]> {
  const known = new Map<string, FoundFile[]>()
  let entries = 0
  let characters = 0
  let folders = 0
  let links = 0
  let saidAt = performance.now()

  function count(portion: readonly Entry[], prefix: string): void {
    entries += Math.max(portion.length, leastPerAnswer)
    for (const { name } of portion) characters += prefix.length + name.length
    if (entries > most.entries || characters > most.characters || folders > most.folders) {
      const detail = 'There is more in it than can be looked at. Name a folder that is further down.'
      throw new ConnectorError('AnswerTooLarge', { field, detail })
    }
    if (performance.now() - saidAt < progressEvery) return
    saidAt = performance.now()
    log(`Looked into ${folders} ${folders === 1 ? 'folder' : 'folders'} so far.`)
  }

  async function fileAt(path: string, entry: Entry): Promise<Omit<Entry, 'name'> | null> {
    if (entry.kind === 'file') return entry
    if (entry.kind !== 'link' || ++links > most.links) return null
    try {
      const target = await session.stat(path)
      return target.kind === 'file' ? target : null
    } catch (error) {
      if (error instanceof PathRefused) return null
      throw error
    }
  }

  async function walk(root: string): Promise<FoundFile[]> {
    const found: FoundFile[] = []
    const left = [{ folder: root, depth: 0 }]
    for (let next = left.pop(); next; next = left.pop()) {
      const { folder, depth } = next
      folders += 1
      try {
        for await (const portion of session.list(folder)) {
          count(portion, folder)
          for (const entry of portion) {
            if (!isName(entry.name)) continue
            const path = `${folder}/${entry.name}`
            if (entry.kind === 'folder') {
              if (depth < most.depth) left.push({ folder: path, depth: depth + 1 })
              continue
            }
            const file = await fileAt(path, entry)
            if (file && file.size > 0) found.push({ path, size: file.size, modifiedAt: file.modifiedAt })
          }
        }
      } catch (error) {
        if (!(error instanceof PathRefused)) throw error
        if (depth === 0) throw pathFault(error, folder, field)
        log(`The folder ${isolated(folder)} cannot be read and is left out.`)
      }
    }
    return found
  }

  return async (prefix) => {
    const root = prefix === '' ? '.' : prefix
    const files = known.get(root) ?? (await walk(root))
    known.set(root, files)
    return files
  }
}

function isName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.length > most.name) return false
  return !/[/\0]/.test(name)
}
