/** The token of an `Authorization: Bearer …` header; null when there is none. */
export function readBearer(header: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(header ?? '')?.[1] ?? null
}
