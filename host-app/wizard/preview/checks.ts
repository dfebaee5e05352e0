import type { Check } from '@bobbin/shared/check'
import { errorTable } from '@bobbin/shared/errors'

/** How a check can stand. */
export const running: Check = {
  name: '1.7.check.0b0e',
  mode: 'check',
  status: 'running',
  start_time: new Date().toISOString(),
  completion_time: null,
  error: false,
  check_exit_status: null,
  discovery_exit_status: null,
  tap_exit_status: null,
  target_exit_status: null,
  discovery_error_message: null,
  tap_error_message: null,
  target_error_message: null,
  failure: null,
  verdict: null,
  phase: 'connecting',
  stream_count: 0,
  request_id: 'kq3Zt7PbLx9sVn2RfYw1Da',
}

export const succeeded: Check = {
  ...running,
  status: 'succeeded',
  verdict: 'works',
  phase: null,
  stream_count: 128,
}

export const failed: Check = {
  ...running,
  status: 'failed',
  verdict: 'refused',
  phase: null,
  error: true,
  failure: {
    code: 'CredentialsRejected',
    message: 'The server did not accept the user name and password.',
    field: 'password',
    detail: 'The server answered for user “anna”.',
  },
}

/** Nobody knows why. */
export const unexplained: Check = {
  ...failed,
  verdict: 'unknown',
  failure: {
    code: 'CheckFailed',
    message: 'The check failed for a reason we do not recognize.',
    field: null,
    detail: null,
  },
}

/** For the app's makers to mend. */
export const misconfigured: Check = {
  ...failed,
  verdict: 'unknown',
  failure: {
    code: 'AppMisconfigured',
    message: errorTable.AppMisconfigured.sentence,
    field: null,
    detail: null,
  },
}

/** The vendor is down: nothing can be told of the settings. */
export const untold: Check = {
  ...failed,
  verdict: 'unknown',
  failure: {
    code: 'VendorUnavailable',
    message: errorTable.VendorUnavailable.sentence,
    field: null,
    detail: 'The service answered with status 503.',
  },
}
