import { randomBytes } from 'node:crypto'
import type { ClaimRequest } from '@bobbin/shared/window-protocol'
import { postRequest } from '../servers/http-request.ts'

/** What a customer page sends to claim a flow, as the bytes of an HTTP request; a fresh flow each time. */
export function claimRequest({
  token,
  origin,
  type,
}: {
  token: string
  origin: string
  type: string
}): Buffer {
  const claim: ClaimRequest = {
    ephemeral_token: token,
    app_key: randomId(),
    function: 'addSource',
    type,
    display: 'popup',
  }
  const headers = { Origin: origin, 'Content-Type': 'text/plain;charset=UTF-8' }
  return postRequest(`/flows/${randomId()}/claim`, headers, claim)
}

/** 128 random bits, as flows and their keys are named. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}
