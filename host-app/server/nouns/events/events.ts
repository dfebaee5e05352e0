/** Events, as all others enter them: the log, and the feed of an account in it. */

export { type FeedWriter, accountEventOf, accountTopic, sourceOf } from './account-event.ts'
export { appendAccountEvent, readFeed, tellAccount } from './account-feed.ts'
export type { EventLog, LoggedEvent } from './event-log.ts'
