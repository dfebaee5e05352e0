import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { spawnTied, type TiedProcess } from '../../scripts/tied-process.mjs'

const run = promisify(execFile)

/** A screen of its own with a window manager: windows come to the front and are closed as on a desk. */
export interface Display {
  readonly env: NodeJS.ProcessEnv
  /** Closes the window in front with Alt+F4, once that is no longer the customer page. */
  closeFrontWindow(): Promise<void>
  /** The same, but it is made an icon. */
  minimiseFrontWindow(): Promise<void>
  /** Closes what is minimised, as from a task bar. */
  closeMinimisedWindow(): Promise<void>
  stop(): Promise<void>
}

/** How long a program may take to say that it is ready, in milliseconds. */
export const startLimit = 60_000

/** How often the window in front is asked for, in milliseconds: each time a process or two. */
const interval = 250

/** How long a browser may take over a key before it is pressed again, in milliseconds. */
const pressPause = 5_000

const windowManagerSettings = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <keyboard>
    <keybind key="A-F4"><action name="Close"/></keybind>
    <keybind key="A-F5"><action name="Iconify"/></keybind>
    <keybind key="A-F6">
      <action name="ForEach">
        <query><iconified>yes</iconified></query>
        <then><action name="Close"/></then>
      </action>
    </keybind>
  </keyboard>
</openbox_config>`

export async function startDisplay(): Promise<Display> {
  const screen = ['-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-displayfd', '1']
  const server = spawnTied('Xvfb', screen, { folder: newFolder() })
  const number = await awaitOutput(server, /^(\d+)\n/m)
  const env = {
    ...process.env,
    DISPLAY: `:${number}`,
    // No session's services, which would only be waited for.
    NO_AT_BRIDGE: '1',
    GTK_USE_PORTAL: '0',
    GIO_USE_VFS: 'local',
  }
  const folder = newFolder()
  writeFileSync(join(folder, 'rc.xml'), windowManagerSettings)
  const manager = spawnTied('openbox', ['--config-file', join(folder, 'rc.xml')], { folder, env })

  /** Its number. */
  async function awaitPopupInFront(): Promise<string> {
    const deadline = Date.now() + startLimit
    for (;;) {
      const window = await frontWindow()
      if (window && !window.name.includes('Customer page')) return window.id
      if (Date.now() > deadline) throw new Error(`The window in front is ${window?.name ?? 'none'}.`)
      await delay(interval)
    }
  }

  /** As a person does whose key was not heard by a busy browser: again, while the same window is in front. */
  async function pressUntilGone(keys: string): Promise<void> {
    const id = await awaitPopupInFront()
    const deadline = Date.now() + startLimit
    while ((await frontId()) === id) {
      if (Date.now() > deadline) throw new Error(`${keys} did nothing.`)
      await press(keys)
      const patience = Date.now() + pressPause
      while (Date.now() < patience && (await frontId()) === id) await delay(interval)
    }
  }

  async function press(keys: string): Promise<void> {
    await run('xdotool', ['key', keys], { env })
  }

  async function frontWindow(): Promise<{ id: string; name: string } | null> {
    const id = await frontId()
    if (id === null) return null
    const name = await say('getwindowname', id)
    return name === null ? null : { id, name }
  }

  const frontId = () => say('getactivewindow')

  /** Null when there is no such window, as when none is in front. */
  async function say(...question: string[]): Promise<string | null> {
    try {
      const { stdout } = await run('xdotool', question, { env })
      return stdout.trim()
    } catch {
      return null
    }
  }

  return {
    env,
    closeFrontWindow: () => pressUntilGone('alt+F4'),
    minimiseFrontWindow: () => pressUntilGone('alt+F5'),
    closeMinimisedWindow: () => press('alt+F6'),
    async stop() {
      await manager.stop()
      await server.stop()
    },
  }
}

/** What the pattern's group matches in a program's output. */
export async function awaitOutput(program: TiedProcess, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + startLimit
  for (;;) {
    const [, found] = pattern.exec(program.log()) ?? []
    if (found !== undefined) return found
    if (program.hasEnded() || Date.now() > deadline) {
      await program.stop()
      throw new Error(`It did not start.\n${program.log()}`)
    }
    await delay(50)
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'bobbin-browser-'))
}
