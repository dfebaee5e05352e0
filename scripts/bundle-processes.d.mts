/** The paths of the command line and of the server, as bundles. */
export function bundleProcesses(): Promise<{ readonly cli: string; readonly main: string }>
