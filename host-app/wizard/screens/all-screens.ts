import type { LazyScreens } from '../app.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { CheckScreen } from './check-screen.tsx'
import { ConsentScreen } from './consent-screen.tsx'
import { DoneScreen } from './done-screen.tsx'
import { NoticeScreen } from './notice-screen.tsx'
import { OauthScreen } from './oauth-screen.tsx'
import { PreparingScreen } from './preparing-screen.tsx'
import { StreamsScreen } from './streams-screen.tsx'

/** At the server nothing is loaded late. */
export const allScreens: Required<LazyScreens> = {
  preparing: PreparingScreen,
  oauth: OauthScreen,
  discover_schema: CheckScreen,
  field_selection: StreamsScreen,
  done: DoneScreen,
  notice: NoticeScreen,
  consent: ConsentScreen,
  cancelling: CancelDialog,
}
