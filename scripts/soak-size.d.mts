export function ofSoak<Value>(sample: Value, all: Value): Value
export const soakSeed: number
export function randomOf(seed: number): (below: number) => number
