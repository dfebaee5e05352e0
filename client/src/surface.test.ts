import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { standInForPage, type PageStandIn } from './page-stand-in.testing.ts'
import { popup } from './surface.ts'

const url = 'https://connect.example.com/connect/f'
let page: PageStandIn

beforeEach(() => void (page = standInForPage()))
afterEach(() => void vi.unstubAllGlobals())

describe('a popup', () => {
  it('is nothing before it is opened, and asks nothing of a window that is not there', () => {
    const surface = popup(url)
    expect(surface.target).toBeUndefined()
    expect(surface.isClosed()).toBeUndefined()
    surface.focus()
    surface.close()
    expect(page.windows).toEqual([])
  })

  it('is another window under another name each time that it opens', () => {
    const surface = popup(url)
    expect(surface.open()).toBe(true)
    const { target, windowName } = surface
    expect(surface.open()).toBe(true)
    expect(page.windows.map(({ name }) => name)).toEqual([windowName, surface.windowName])
    expect(surface.windowName).not.toBe(windowName)
    expect(surface.target === target).toBe(false)
    surface.close()
    expect(page.windows.map(({ closed }) => closed)).toEqual([false, true])
    expect(surface.isClosed()).toBe(true)
  })

  it('that the browser blocks has no handle', () => {
    page.isBlocking = true
    const surface = popup(url)
    expect(surface.open()).toBe(false)
    expect(surface.target).toBeNull()
    expect(surface.isClosed()).toBeUndefined()
  })

  it('that is known need not be opened', () => {
    popup(url).open()
    const [window] = page.windows
    const target = window as unknown as Window
    const surface = popup(url, { target, windowName: 'connect-x' })
    expect(surface.windowName).toBe('connect-x')
    surface.focus()
    expect(window?.focused).toBe(1)
    expect(surface.isClosed()).toBe(false)
  })
})
