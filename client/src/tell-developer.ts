/** What whoever builds the page should read: on the console, and nowhere else. */
export function tellDeveloper(text: string): void {
  // oxlint-disable-next-line no-console -- it is for the person who looks there
  console.warn(text)
}
