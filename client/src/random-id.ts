/** 22 characters of A-Z, a-z and 0-9, each at random: 131 bits, for ids and keys alike. */
export function randomId(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(48))))
    .replace(/\W/g, '')
    .slice(0, 22)
}
