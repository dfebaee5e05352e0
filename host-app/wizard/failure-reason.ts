import type { ReasonOfEach } from '@bobbin/shared/error-reasons'
import type { ErrorCode } from '@bobbin/shared/errors'

/** Whether the failure is of this code, and for this reason of it. */
export function isFor<Code extends ErrorCode>(
  { code, data }: { readonly code: string; readonly data: Readonly<Record<string, unknown>> },
  wanted: Code,
  reason: ReasonOfEach<Code>,
): boolean {
  return code === wanted && data['reason'] === reason
}
