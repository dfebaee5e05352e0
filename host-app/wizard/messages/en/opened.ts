/** Words of the window that xkit.js opens, until it is led on. */
export const opened = {
  welcome: {
    title: 'One moment',
    text: 'The app that opened this window is getting ready to connect. It goes on by itself.',
  },
  refused: {
    title: 'This could not be started',
    text: 'The app’s permission to start has expired, was used before, or was made for another page. Close this window, and try again in the app.',
    /** What the app is told; it may show it. */
    toOpener: 'The authorization window could not be logged in. Try again.',
  },
}
