export { buildConnectorProcess as setup } from './build.mjs'
