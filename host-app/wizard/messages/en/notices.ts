import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { Ending } from '../../wizard-state.ts'

interface Notice {
  readonly title: string
  readonly text: string
}

const closeHint = 'You can close this window.'

/** Screens that end a window: what happened, and what to do. */
export const notices: Record<Ending['notice'], Notice> & { close: string; closeHint: string; back: string } =
  {
    elsewhere: {
      title: 'Open in another browser',
      text: 'This setup belongs to another browser or profile, or to this one before it opened many others. Go on there, or start again in the app.',
    },
    superseded: {
      title: 'You went on in another window',
      text: 'This connection is now being set up in a newer window. Go on there.',
    },
    stopped: {
      title: 'This was stopped',
      text: 'Someone else tried to use the same setup, so nothing more will happen here. Go back to the app and start again.',
    },
    expired: {
      title: 'This has expired',
      text: 'For your safety, an unfinished setup ends after a while. Go back to the app and start again.',
    },
    unclaimed: {
      title: 'The app did not answer',
      text: 'The app that opened this window did not start the setup. Go back to it and try again.',
    },
    origin_refused: {
      title: 'This app may not open the setup',
      text: 'The page that opened this window is not on the list of allowed origins. Please tell the people who run the app.',
    },
    cookies_blocked: {
      title: 'Cookies are blocked',
      text: 'Your browser keeps no cookies for this address, so the setup cannot tell that it is still you. Allow them in the browser’s settings, then go back to the app and start again.',
    },
    refused: {
      title: 'This could not be started',
      text: 'The app’s request was not accepted. Go back to the app and try again.',
    },
    cancelled: { title: 'Cancelled', text: 'Nothing more will happen.' },
    discarded: { title: 'Discarded', text: 'What you set up here is deleted.' },
    failed: {
      title: 'Something went wrong',
      text: 'The problem is on our side. Go back to the app and try again.',
    },
    invalid_link: {
      title: 'This link is not complete',
      text: 'Go back to the app and start the setup from there.',
    },
    callback_invalid: {
      title: 'This answer does not belong to a setup',
      text: 'It came too late, came twice, or was started in another browser. Go back to the app and start again.',
    },
    unavailable: {
      title: 'Not available at the moment',
      text: 'This is a problem on our side, and nothing was saved meanwhile. Load this page again in a few minutes.',
    },
    too_many: {
      title: 'Too many windows',
      text: 'Many setups were opened from here in a short time. Wait a minute, then try again in the app.',
    },
    partner_request: {
      title: 'This request is not complete',
      text: 'The app that sent you here did not say in a valid way where to send you back to. Go back to it, and tell the people who run it.',
    },
    partner_answer: {
      title: 'This answer does not belong to a question',
      text: 'It was not given on our page in this browser, so nothing was allowed. Go back to the app and start again.',
    },
    not_found: { title: 'There is nothing here', text: 'The address may be mistyped, or the page has gone.' },
    close: 'Close this window',
    closeHint,
    back: 'Go on with the setup',
  }

/** More about a refused claim, by its reason. */
export const claimRefusals: Readonly<
  Partial<Record<ReasonOf<'UpgradeEphemeralToken'> | ReasonOf<'AuthorizeFailure'>, string>>
> = {
  misconfigured:
    'The app is not set up for this yet. Please tell its makers: trying again now will not help.',
  expired: 'The app’s permission to start has expired. Go back to the app and try again.',
  used: 'The app’s permission to start was used before. Go back to the app and try again.',
  origin: 'The page that opened this window is not on the list of allowed origins.',
  out_of_scope: 'The app’s permission does not cover this. Please tell the people who run the app.',
}
