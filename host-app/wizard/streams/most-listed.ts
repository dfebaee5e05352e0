/** Longer lists of names are cut off. */
export const mostListed = 100
