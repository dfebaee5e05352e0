import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { SettingFaults } from '@bobbin/shared/setting-faults'
import type { ReportCard } from '@bobbin/shared/source'
import { AppError } from '../../ground/app-error.ts'

/** InvalidProperties with the fault of each setting. Its words are its door's: they need the type, the API's callers the card. */
export class InvalidSettings extends AppError<'InvalidProperties'> {
  readonly info: ConnectorInfo
  readonly faults: SettingFaults
  /** Where the source stands, for who is not in the form. */
  readonly card: ReportCard | null
  readonly reason: ReasonOf<'InvalidProperties'> | undefined

  constructor(
    info: ConnectorInfo,
    faults: SettingFaults,
    { card, reason }: { card: ReportCard | null; reason?: ReasonOf<'InvalidProperties'> | undefined },
  ) {
    super('InvalidProperties', { data: { ...(reason ? { reason } : {}), faults } })
    this.info = info
    this.faults = faults
    this.card = card
    this.reason = reason
  }
}
