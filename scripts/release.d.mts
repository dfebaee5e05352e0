export function sectionOf(changelog: string, version: string): string | null
export function closeSection(changelog: string, version: string, date: string): string
export function withVersion(text: string, from: string, to: string): string
