import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { ReportCard } from '@bobbin/shared/source'
import { AppError } from '../../ground/app-error.ts'
import type { Faults } from './property-rules.ts'

/** InvalidProperties with a sentence per setting; the API's callers also get Stitch's words and the report card. */
export function invalidProperties(
  faults: Faults,
  card: ReportCard | null,
  reason?: ReasonOf<'InvalidProperties'>,
): AppError {
  return new AppError('InvalidProperties', {
    ...(card ? { message: 'properties do not match schema' } : {}),
    data: {
      ...(reason ? { reason } : {}),
      fields: faults,
      bad_properties: Object.keys(faults),
      ...(card ? { report_card: card } : {}),
    },
  })
}
