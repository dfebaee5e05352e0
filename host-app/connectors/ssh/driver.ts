/** The SSH driver, which is loaded by whoever first needs it. Its native parts are not needed. */
export async function loadDriver(): Promise<typeof import('ssh2')> {
  return (await import('ssh2')).default
}
