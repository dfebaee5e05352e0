import { bundleProcesses } from '../scripts/bundle-processes.mjs'

const variable = 'E2E_HOST_APP'

/** Bundles the host app, which is started in every stack, and tells the workers where it is. */
export async function shareHostAppScript(): Promise<void> {
  process.env[variable] = (await bundleProcesses()).main
}

/** The file that the host app starts from. */
export function hostAppScript(): string {
  const script = process.env[variable]
  if (!script) throw new Error(`${variable} is not set: did the global set-up run?`)
  return script
}
