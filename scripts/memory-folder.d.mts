export function useMemoryFolder(): void
