/** How long a success stays visible before the wizard moves on by itself, in milliseconds. */
export const successPause = 1_000
/** A cancelled window stays this long when nobody acknowledges, so that the news can leave it. */
export const cancelPause = 1_000
/** After `window.close()`: a window that still shows will not close. */
export const closePause = 500
/** Between two tries to read the state. */
export const refreshPause = 2_000

export function later(milliseconds: number, then: () => void): void {
  setTimeout(then, milliseconds)
}
