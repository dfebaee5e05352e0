/**
 * What a person can do with a page, in any browser: what is on it is found by its role and its name, or by its
 * label. A page of Playwright is one; `other-browsers/driven-window.ts` is the one of Firefox and WebKit.
 */
export interface Screen {
  getByRole(role: Role, options: { name: string; exact?: boolean; level?: 1 }): Target
  getByLabel(text: string, options?: { exact?: boolean }): Target
}

export type Role = 'button' | 'link' | 'heading' | 'checkbox'

export interface Target {
  click(): Promise<void>
  /** Replaces what is in a field. */
  fill(text: string): Promise<void>
  check(): Promise<void>
  isChecked(): Promise<boolean>
  /** What is in a field. */
  inputValue(): Promise<string>
  /** Waits until it is there, and can be used. */
  waitFor(options?: { timeout?: number }): Promise<void>
}
