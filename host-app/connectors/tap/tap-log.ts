import { withoutSecrets } from '../own-sockets/server-words.ts'
import { cleanName } from '@bobbin/shared/clean-name'

/** Characters of a line that are looked at; the rest of it is passed over. */
const longestLine = 4_000
/** Lines that are handed on, and as many of the last as may say why a tap failed. */
const mostLines = 200
const mostLast = 60
/** What a tap may print beside its catalog, in bytes. */
export const mostLogBytes = 16 * 1024 ** 2

/** The standard error of a tap: bounded, and read for what it says when it fails. */
export interface TapLog {
  /** @returns {boolean} whether it may say more. */
  feed(chunk: Buffer): boolean
  /** What is left without the end of a line counts as one. */
  end(): void
  /** The secrets that must not be seen, in what is handed on from now on. */
  hide(secrets: readonly string[]): void
  /** What it said last that may explain a failure, without secrets; null where it said nothing. */
  lastWords(): string | null
}

/** A level at the beginning of a line, behind a time and a name perhaps; JSON has it under a name. */
const levels = /(?:^|[\s|:[\]"])(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)(?=$|[\s|:\]"])/i

/** Of terminals. */
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g')

export function createTapLog(onLine: (line: string) => void): TapLog {
  const secrets = new Set<string>()
  let bytes = 0
  let rest = Buffer.alloc(0)
  let isSkipping = false
  let lines = 0
  const last: string[] = []

  /** Twice: characters that nobody sees may have stood in the middle of a secret. */
  function shown(line: string): string {
    const hide = (text: string) => withoutSecrets(text, [...secrets])
    return hide(cleanName(hide(line.replace(colours, '')))).trim()
  }

  function hear(bytesOfLine: Buffer): void {
    const line = bytesOfLine.toString('utf8').slice(0, longestLine).trimEnd()
    if (line === '') return
    last.push(line)
    if (last.length > mostLast) last.shift()
    const level = levelOf(line)
    if (level === null || level === 'DEBUG' || /METRIC:/.test(line)) return
    lines += 1
    if (lines <= mostLines) onLine(shown(line))
    if (lines === mostLines + 1) onLine('The tap says more, which is left out.')
  }

  return {
    feed(chunk) {
      bytes += chunk.length
      let left = chunk
      for (let end = left.indexOf(10); end !== -1; end = left.indexOf(10)) {
        if (!isSkipping) hear(Buffer.concat([rest, left.subarray(0, end)]))
        isSkipping = false
        rest = Buffer.alloc(0)
        left = left.subarray(end + 1)
      }
      if (!isSkipping) rest = Buffer.concat([rest, left])
      if (rest.length > longestLine * 4) {
        hear(rest)
        rest = Buffer.alloc(0)
        isSkipping = true
      }
      return bytes <= mostLogBytes
    },
    end() {
      if (rest.length > 0) hear(rest)
      rest = Buffer.alloc(0)
    },
    hide: (more) => {
      for (const secret of more) secrets.add(secret)
    },
    lastWords() {
      const words = wordsOf(last)
      return words === null ? null : shown(words)
    },
  }
}

function levelOf(line: string): string | null {
  // Behind the first hundred characters it is a word like others.
  return levels.exec(line.slice(0, 100))?.[1]?.toUpperCase() ?? null
}

/** The last that is critical or fatal; else an error; else the last line, which is what a broken program leaves. */
function wordsOf(lines: readonly string[]): string | null {
  const ofLevel = (wanted: readonly string[]) =>
    lines.findLast((line) => wanted.includes(levelOf(line) ?? ''))
  const unlevelled = lines.findLast((line) => !['DEBUG', 'INFO'].includes(levelOf(line) ?? ''))
  const line = ofLevel(['CRITICAL', 'FATAL']) ?? ofLevel(['ERROR']) ?? unlevelled
  if (line === undefined) return null
  return messageOf(line)
}

/** Without time, level and name in front. */
function messageOf(line: string): string {
  const inJson = line.startsWith('{') ? messageInJson(line) : null
  if (inJson !== null) return inJson
  const match = levels.exec(line.slice(0, 100))
  if (!match) return line
  const after = line.slice(match.index + match[0].length).replace(/^[\s|:\]-]+/, '')
  // `CRITICAL | tap-shop | the message`
  const named = /^[\w.-]{1,60} *\| *(?=\S)/.exec(after)
  return (named ? after.slice(named[0].length) : after) || line
}

function messageInJson(line: string): string | null {
  try {
    const { message, msg, event } = JSON.parse(line) as Record<string, unknown>
    const found = [message, msg, event].find((one) => typeof one === 'string' && one !== '')
    return typeof found === 'string' ? found : null
  } catch {
    return null
  }
}
