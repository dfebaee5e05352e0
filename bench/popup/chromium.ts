import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectDevtools, type Devtools } from './devtools.ts'

/** A browser with its protections on; only what would make noise in the background is off. */
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-extensions',
  '--disable-component-update',
  '--disable-background-networking',
  '--no-first-run',
  '--no-default-browser-check',
  '--window-size=1280,900',
  '--remote-debugging-port=0',
]

export interface Chromium {
  readonly devtools: Devtools
  stop(): Promise<void>
}

/** Starts a Chromium of its own, with its profile in the folder. */
export async function startChromium(path: string, folder: string): Promise<Chromium> {
  const child = spawn(path, [...flags, `--user-data-dir=${folder}/chromium`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: the browser's many processes end with it.
    detached: true,
  })
  const exited = once(child, 'exit')
  const killAll = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // They have all ended by themselves.
    }
  }
  process.once('exit', killAll)

  const url = Promise.withResolvers<string>()
  createInterface({ input: child.stderr }).on('line', (line) => {
    const match = /DevTools listening on (ws:\S+)/.exec(line)
    if (match) url.resolve(match[1]!)
  })
  const timer = setTimeout(() => url.reject(new Error('Chromium did not start.')), 30_000)
  exited.then(() => url.reject(new Error('Chromium ended at once.'))).catch(() => {})

  try {
    const devtools = await connectDevtools(await url.promise)
    return {
      devtools,
      async stop() {
        devtools.send('Browser.close').catch(() => {})
        await Promise.race([exited, sleep(5_000)])
        killAll()
        process.off('exit', killAll)
      },
    }
  } catch (error) {
    killAll()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
