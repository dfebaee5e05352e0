import type { Config } from '../../server/config.ts'
import {
  type KeyTrial,
  countKeyUsage,
  createKeyRing,
  isWrong,
  tryKeys,
  wrongKeySentence,
} from '../../server/nouns/credentials/credentials.ts'
import { sealedColumns } from '../../server/sealed-columns.ts'
import type { Reader } from '../../server/store/database.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Whether what is sealed in the store opens with the configured keys. Opens all of it; changes nothing. */
export async function checkKeys(db: Reader, { encryptionKeys }: Config): Promise<Finding[]> {
  const now = Date.now()
  const usage = await countKeyUsage(db, sealedColumns, now)
  const configured = encryptionKeys.map(({ id }) => id)
  const sum = (rows: number, one: { rows: number }) => rows + one.rows
  const lost = usage.filter(({ keyId }) => keyId === null || !configured.includes(keyId))
  const keyRing = createKeyRing(encryptionKeys)
  const trials = await tryKeys({ db, keyRing, columns: sealedColumns, now }, { perColumn: Infinity })
  const old = usage.filter(({ keyId }) => {
    const isWrongOne = trials.some((trial) => trial.keyId === keyId && isWrong(trial))
    return keyId !== null && configured.indexOf(keyId) > 0 && !isWrongOne
  })

  const findings: Finding[] = []
  if (lost.length > 0) {
    const names = lost.map(({ keyId }) => keyId ?? 'none').join(', ')
    findings.push(
      fail(
        'keys',
        `${lost.reduce(sum, 0)} rows cannot be opened: put their key (${names}) back into BOBBIN_ENCRYPTION_KEYS`,
      ),
    )
  }
  for (const trial of trials) findings.push(...judge(trial))
  if (old.length > 0) {
    findings.push(warn('keys', `${old.reduce(sum, 0)} rows are under an older key: run bobbin keys rotate`))
  }
  return findings.length > 0 ? findings : [ok('keys', `all is under ${configured[0]}, and opens`)]
}

function judge(trial: KeyTrial): Finding[] {
  if (isWrong(trial)) return [fail('keys', wrongKeySentence(trial.keyId))]
  const damaged = Object.entries(trial.unopened)
  if (damaged.length === 0) return []
  const rows = damaged.reduce((sum, [, count]) => sum + count, 0)
  const where = damaged.map(([column, count]) => `${column} ${count}`).join(', ')
  return [
    warn(
      'damaged rows',
      `${rows} of ${trial.opened + rows} rows under the key "${trial.keyId}" do not open (${where}): restore them from a backup, or have those secrets entered anew`,
    ),
  ]
}
