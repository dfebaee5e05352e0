import process from 'node:process'

/**
 * Ends this process in good order once its parent has. npm starts a script through a shell, and passes signals on to that
 * shell alone: whoever stops npm, a supervisor for example, would leave what it started running.
 */
export function endWithParent() {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}
