/*
 * Clicks and keys that were not meant for what they would meet. `styles/settling.css` is the other half: there, what is new takes no
 * click at first.
 */

/** From here on, what appears has come where something else was: a page's first screen can be clicked at once. */
export function noteMove(root: HTMLElement): void {
  root.classList.add('has-moved')
}

/** A key that is held down presses once, whatever has the focus by then; in a text of several lines it is a text's own. */
export function ignoreHeldKeys(root: HTMLElement): void {
  root.addEventListener(
    'keydown',
    (event) => {
      const isHeld = event.repeat && event.key === 'Enter'
      if (isHeld && !(event.target instanceof HTMLTextAreaElement)) event.preventDefault()
    },
    true,
  )
}
