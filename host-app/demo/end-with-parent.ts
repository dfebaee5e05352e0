import process from 'node:process'

/*
 * Imported by a process that was started with a channel (`ipc`): once whoever started it is gone, however it ended, it
 * stops in good order. A signal would have to be sent by somebody, and a parent that was killed sends none.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
