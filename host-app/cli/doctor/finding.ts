/** One line of the doctor: what was looked at, and what to do where it is not well. */
export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
}

const finding =
  (status: Finding['status']) =>
  (check: string, message: string): Finding => ({ check, status, message })

export const ok = finding('ok')
export const warn = finding('warn')
export const fail = finding('fail')
