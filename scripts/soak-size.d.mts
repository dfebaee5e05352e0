export function ofSoak(sample: number, all: number): number
export const soakSeed: number
