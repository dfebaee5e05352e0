/** Small screens that are seldom needed; they travel together. */
export { CancelDialog } from './cancel-dialog.tsx'
export { ConsentScreen } from './consent-screen.tsx'
export { DoneScreen } from './done-screen.tsx'
export { NoticeScreen } from './notice-screen.tsx'
export { PreparingScreen } from './preparing-screen.tsx'
