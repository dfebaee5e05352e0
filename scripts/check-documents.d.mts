export function missingFiles(texts: Readonly<Record<string, string>>, files: readonly string[]): string[]
export function wrongSettings(table: string, config: string): string[]
export function unnamedFolders(texts: Readonly<Record<string, string>>, files: readonly string[]): string[]
