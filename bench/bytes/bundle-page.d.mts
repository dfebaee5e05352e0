export function bundlePage(page: string): Promise<string>
