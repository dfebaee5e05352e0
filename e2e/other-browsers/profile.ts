/** A browser that is not Chromium, driven as WebDriver's standards say. */
export interface OtherBrowser {
  /** As fresh as a new user's: no cookies, nothing stored, no windows. */
  newProfile(options: { cookies: CookieSetting }): Promise<Profile>
  stop(): Promise<void>
}

/** What a person has set for all sites. */
export type CookieSetting = 'allowed' | 'blocked'

/** Windows by their ids, and what a driver can do in each. Nothing here runs a script that counts as a gesture. */
export interface Profile {
  openWindow(): Promise<string>
  windows(): Promise<readonly string[]>
  goto(window: string, url: string): Promise<void>
  /** Returns when the new document is there. */
  reload(window: string): Promise<void>
  /** The first element that an XPath leads to. */
  find(window: string, xpath: string): Promise<string | null>
  /** The element that a function of the page's comes to: `look` is its text, and is given these texts. */
  findBy(window: string, look: string, given: readonly string[]): Promise<string | null>
  /** Moves the mouse there and clicks. */
  click(window: string, element: string): Promise<void>
  /** Enters a field and types over what is in it. */
  type(window: string, element: string, text: string): Promise<void>
  isChecked(window: string, element: string): Promise<boolean>
  valueOf(window: string, element: string): Promise<string>
  /** By the browser's own buttons. */
  travel(window: string, way: 'back' | 'forward'): Promise<void>
  press(window: string, key: 'Escape' | 'Enter'): Promise<void>
  /** The text of what has the focus. */
  focused(window: string): Promise<string>
  /** Null where a browser takes that setting when it starts, and never after. */
  readonly allowCookies: (() => Promise<void>) | null
  /** What it shows, as a PNG in base64. */
  picture(window: string): Promise<string>
  /** Closes the window and all others of the profile. */
  end(): Promise<void>
}
