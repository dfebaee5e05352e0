import { isolated } from '@bobbin/shared/isolated'
import type { PartnerField, PartnerFieldError, PartnerNotice } from '@bobbin/shared/partner-page'

/** Words of the page where a person lets the partner into an account. */
export const partner = {
  title: (name: string) => `Connect with ${isolated(name)}`,
  text: (name: string) => `${isolated(name)} asks to work with your account here. It will be able to:`,
  rights: [
    'see, add, change and delete your data sources',
    'read what was found in them, and the credentials by which they are read',
    'let its own pages start the setup of a source for you',
  ],
  until: 'This stays so until you revoke its access token.',
  partner: 'Asked by',
  backTo: 'You go back to',
  way: 'Your account',
  create: 'Create an account',
  signIn: 'Use an account that I have',
  fields: {
    company: 'Company',
    email: 'Email address',
    first_name: 'First name',
    last_name: 'Last name',
    access_token: 'Access token',
  } satisfies Record<PartnerField, string>,
  tokenHint:
    'A token of your account, as your developers use it. It begins with bob_acc_ and is not passed on.',
  summary: (count: number) =>
    count === 1 ? 'One field needs your attention' : `${count} fields need your attention`,
  warning: 'Allow this only if you came here from there yourself.',
  notSent:
    'The answer could not be sent from this window. Please try again, or open the page in another one.',
  allow: 'Allow',
  refuse: 'Refuse',
  errors: {
    missing: (title: string) => `${title} is missing.`,
    too_long: (title: string) => `${title} may have 200 characters at most.`,
    characters: (title: string) => `${title} has characters that cannot be shown. Please type it anew.`,
    email: () => 'This is not an email address.',
    taken: () => 'There is an account with this email address. Use it with its access token.',
    token: () => 'This access token is not valid.',
  } satisfies Record<PartnerFieldError, (title: string) => string>,
  notices: {
    too_old: 'This page was open for a long time. Please look at it again, then answer.',
    too_often: 'Too many attempts from here. Wait a minute, then answer again.',
  } satisfies Record<PartnerNotice, string>,
}
