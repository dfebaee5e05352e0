/**
 * The same client under Stitch Connect's names: an old page changes the `src` of one script tag.
 * Stitch's three notes on `default_streams` hold here to the letter: top-level tables only, and only
 * those whose value is exactly `true`; the rest is ignored without a word.
 */
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { connectTo } from './connect.ts'
import type { FlowOptions } from './options.ts'
import { scriptHost } from './script-host.ts'

export { createConnect } from './connect.ts'
export * from './public-errors.ts'

const connect = connectTo(scriptHost())
export const { resume, isOpen, focus, close } = connect

export const addSource = onlyTrue(connect.addSource)
export const authorizeSource = onlyTrue(connect.authorizeSource)
export const onlyAuthorizeSource = onlyTrue(connect.onlyAuthorizeSource)
export const displayDiscoveryOutputForSource = onlyTrue(connect.displayDiscoveryOutputForSource)
export const selectStreamsForSource = onlyTrue(connect.selectStreamsForSource)
export const editSource = onlyTrue(connect.editSource)

function onlyTrue<Options extends FlowOptions>(start: (options: Options) => Promise<SourceResult>) {
  return (options: Options) => {
    const streams = options?.default_streams
    const ticked = Object.entries(streams ?? {}).filter(([, choice]) => choice === true)
    return start(streams ? { ...options, default_streams: Object.fromEntries(ticked) } : options)
  }
}

const steps = 'CREATE EDIT AUTHORIZE ONLY_AUTHORIZE DISCOVER SELECT_STREAMS'

/** Exported by the old client, though never documented: each step's value is its name. */
export const STEPS = Object.fromEntries(steps.split(' ').map((step) => [step, step]))
