export function ofSoak(sample: number, all: number): number
export const soakSeed: number
export function randomOf(seed: number): (below: number) => number
