/** Bytes that the body of a claim may have. */
export const claimLimit = 65_536
