/** The client of a script tag, `window.Bobbin`: the tag says where the host is. */
import { connectTo } from './connect.ts'
import { scriptHost } from './script-host.ts'

export { createConnect } from './connect.ts'
export * from './public-errors.ts'

export const {
  addSource,
  authorizeSource,
  onlyAuthorizeSource,
  displayDiscoveryOutputForSource,
  selectStreamsForSource,
  editSource,
  resume,
  isOpen,
  focus,
  close,
} = connectTo(scriptHost())
