import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import type { ReportCard } from '@bobbin/shared/source'
import { AppError } from '../../ground/app-error.ts'
import { commonEnvelope, type Envelope } from '../../http/error-response.ts'
import { InvalidSettings, settingSentence, type TapFault } from '../../nouns/sources/sources.ts'

/** The Connect API's: a caller reads a sentence for each setting at fault, where the nouns know its rule. */
export const envelope: Envelope = (error, requestId) =>
  commonEnvelope(error instanceof InvalidSettings ? wordedRefusal(error) : error, requestId)

interface Refusal {
  readonly info: ConnectorInfo
  readonly faults: Readonly<Record<string, SettingFault | TapFault>>
  readonly card: ReportCard | null
  readonly reason: ReasonOf<'InvalidProperties'> | undefined
}

/** With a sentence for each setting and, where there is a report card, Stitch's words and names. */
export function wordedRefusal({ info, faults, card, reason }: Refusal): AppError {
  const sentences = Object.entries(faults).map(([name, fault]) => [name, settingSentence(info, name, fault)])
  return new AppError('InvalidProperties', {
    ...(card ? { message: 'properties do not match schema' } : {}),
    data: {
      ...(reason ? { reason } : {}),
      fields: Object.fromEntries(sentences),
      bad_properties: Object.keys(faults),
      ...(card ? { report_card: card } : {}),
    },
  })
}
