/** Events, as all others enter them: the log, and the feed of an account in it. */

export { type FeedWriter, accountEventOf, accountTopic, sourceOf } from './account-event.ts'
export { type EventFilter, appendAccountEvent, followFeed, readFeed, tellAccount } from './account-feed.ts'
export { countEvent } from './count-events.ts'
export { type EventLog, type LoggedEvent, createEventLog } from './event-log.ts'
