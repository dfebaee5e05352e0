import { spawn } from 'node:child_process'

/** How much of a process's output is kept. */
const logLength = 20_000

/**
 * Starts a process that ends when this one does, however this one ends (also by `kill -9`); its folder is removed
 * then. `signal` is how it is asked to end.
 */
export function spawnTied(command, args, { folder, signal = 'TERM', ...options }) {
  const script = `exec 3<&0; folder=$1; signal=$2; shift 2; "$@" & pid=$!
    (cat <&3 >/dev/null; kill -$signal $pid 2>/dev/null) &
    wait $pid; code=$?; cd /; rm -rf "$folder"; exit $code`
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder, signal, command, ...args], {
    ...options,
    cwd: folder,
    stdio: 'pipe',
    // Ctrl+C would end the shell before it has tidied up.
    detached: true,
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-logLength)))
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  // It must not keep a test runner alive that forgot to stop it.
  for (const part of [child, child.stdin, child.stdout, child.stderr]) part.unref?.()
  return {
    hasEnded: () => child.exitCode !== null,
    log: () => log,
    async stop() {
      child.ref()
      child.stdin.end()
      await ended
    },
  }
}
