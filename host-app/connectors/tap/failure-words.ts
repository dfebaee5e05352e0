import type { CheckErrorCode } from '@bobbin/shared/errors'
import { ConnectorError } from '../connector.ts'
import type { TapSetting } from './tap-file.ts'

/** What taps and the libraries beneath them say when something fails, and what we call it. The first that fits counts. */
const signs: readonly (readonly [RegExp, CheckErrorCode])[] = [
  [/\b429\b|too many requests|rate.?limit(ed|s| exceeded)?\b|quota exceeded|throttl/i, 'VendorRateLimited'],
  [
    /name or service not known|nodename nor servname|name resolution|could not resolve host|getaddrinfo|ENOTFOUND|EAI_AGAIN|no such host|NameResolutionError/i,
    'HostNotFound',
  ],
  [/connection refused|ECONNREFUSED|actively refused/i, 'ConnectionRefused'],
  [
    /certificate.?verify.?failed|self.signed certificate|SSLCertVerification|unable to get local issuer/i,
    'TlsUntrusted',
  ],
  [
    /\b50[0234]\b|service unavailable|bad gateway|internal server error|gateway time-?out/i,
    'VendorUnavailable',
  ],
  [/timed?.?out\b|ETIMEDOUT|deadline exceeded|timeout(error)?\b/i, 'ConnectionTimeout'],
  [
    /\b40[13]\b|unauthori[sz]ed|forbidden|(invalid|incorrect|bad|wrong|expired|revoked).{0,20}(credential|password|token|grant|client|api.?key|secret|login|sign.?in)|authentication (failed|error)|auth(entication)? ?error|login failed|access denied|not authori[sz]ed|token.{0,20}(expired|revoked|invalid)/i,
    'CredentialsRejected',
  ],
  [
    /insufficient.{0,20}(scope|permission|privilege)|permission denied|missing.{0,10}(scope|permission)/i,
    'PermissionDenied',
  ],
  [/connection (reset|aborted|broken)|ECONNRESET|remote end closed/i, 'ConnectionLost'],
]

/** How taps say that their config lacks something: singer-python, Meltano's SDK, and validators of JSON Schema. */
const missing = [
  /missing required keys?:? *\[([^\]]*)\]/i,
  /required (?:keys?|parameters?|settings?|config(?:uration)?)[^:\n]{0,40}missing:? *\[?([^\]\n]*)/i,
  /((?:'[^']+'|"[^"]+")) is a required property/i,
]

/** What is wrong, by the words that the tap left, scrubbed already. */
export function failureOf(words: string, settings: readonly TapSetting[]): ConnectorError | null {
  for (const pattern of missing) {
    const list = pattern.exec(words)?.[1]
    if (list === undefined) continue
    const names = list.split(/[,\s]+/).map((name) => name.replace(/^u?['"]|['"]$/g, ''))
    const field = settings.find(
      ({ in_config: path }) => names.includes(path.join('.')) || names.includes(path.at(-1) ?? ''),
    )
    return new ConnectorError('SettingUnusable', {
      ...(field && { field: field.name }),
      detail: quoted(words),
    })
  }
  const sign = signs.find(([pattern]) => pattern.test(words))
  return sign ? new ConnectorError(sign[1], { detail: quoted(words) }) : null
}

/** As much of it as a person will read. */
const mostCharacters = 300

function quoted(words: string): string {
  const said = Array.from(words.replace(/\s+/g, ' ').trim())
  const shown =
    said.length > mostCharacters ? `${said.slice(0, mostCharacters - 1).join('')}…` : said.join('')
  return `The tap said: ${shown}`
}

/** What the system calls the signals that end programs. */
const signals: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
}

/** Of a tap that ended so, and said nothing that would explain it. */
export function exitFailure(exitCode: number, words: string | null): ConnectorError {
  if (exitCode === 126 || exitCode === 127) {
    return new ConnectorError('CheckFailed', {
      detail: 'The program of the tap could not be started. The operator has to look at its command.',
    })
  }
  if (exitCode > 128) {
    const number = exitCode - 128
    const name = signals[number] ?? `signal ${number}`
    const why =
      number === 9
        ? ': the system does so when memory runs out'
        : number === 25
          ? ': it wrote a file that is too large'
          : ''
    return new ConnectorError('CheckFailed', { detail: `The tap was ended by ${name}${why}.` })
  }
  const detail =
    words === null ? `The tap ended with exit code ${exitCode}, and did not say why.` : quoted(words)
  return new ConnectorError('CheckFailed', { detail })
}
