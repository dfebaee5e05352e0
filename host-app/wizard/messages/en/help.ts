import { isolated } from '@bobbin/shared/isolated'

/** Words for a failure that has no explanation. */
export const help = {
  ask: (app: string | null) =>
    `If it happens again, ask for help in ${app === null ? 'the app that opened this window' : isolated(app)}.`,
  get: 'Get help',
  number: 'Give them this number:',
  copy: 'Copy',
  copied: 'Copied',
}
