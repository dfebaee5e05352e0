/** Drawings of our own: neither is its maker's mark. */
const drawn = (colour: string, shapes: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${shapes}</svg>`,
  )}`

const drum = '<ellipse cx="12" cy="5.5" rx="8" ry="3"/><path d="M4 5.5v13c0 1.7 3.6 3 8 3s8-1.3 8-3v-13"/>'

export const mysqlLogo = drawn(
  '#1d7fa8',
  `${drum}<path d="M7 17v-5l2.5 3 2.5-3v5M15 12l1.5 2.5L18 12m-1.5 2.5V17"/>`,
)
export const mariadbLogo = drawn(
  '#2a8a94',
  `${drum}<path d="M4 14.5c2.7-2 5.3-2 8 0s5.3 2 8 0M4 10.5c2.7-2 5.3-2 8 0s5.3 2 8 0"/>`,
)
