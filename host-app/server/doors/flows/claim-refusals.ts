import type { AppError } from '../../ground/app-error.ts'
import type { UnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'

/** The window that waits for this claim shows why it was refused. Other failures are not its business. */
export function tellWaitingWizard(unclaimed: UnclaimedFlows, flowId: string, error: AppError): void {
  const { code, message, data } = error
  if (
    code === 'UpgradeEphemeralToken' ||
    code === 'UnknownSourceType' ||
    code === 'SourceNotFound' ||
    code === 'InvalidOptions'
  ) {
    unclaimed.refuse(flowId, { code, message, data })
  }
}
