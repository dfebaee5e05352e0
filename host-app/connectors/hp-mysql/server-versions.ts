/** Whether a server of this version is older than what we read: MySQL 5.6, MariaDB 10.0. What nobody knows is tried. */
export function isTooOld(version: string): boolean {
  // Some proxies, and the greeting of MariaDB, put a MySQL before it.
  const [, major, minor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined || minor === undefined) return false
  if (/mariadb/i.test(version)) return Number(major) < 10
  return Number(major) < 5 || (Number(major) === 5 && Number(minor) < 6)
}
