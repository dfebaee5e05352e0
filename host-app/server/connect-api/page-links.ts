/** Relative links to the neighbours of a page; none where there is no neighbour. */
export function pageLinks(
  path: string,
  { page, pageSize, q, total }: { page: number; pageSize: number; q?: string | undefined; total: number },
): { next?: string; previous?: string } {
  const link = (number: number) => {
    const query = new URLSearchParams({ page: String(number), ...(q === undefined ? {} : { q }) })
    return `${path}?${query}`
  }
  const lastPage = Math.max(1, Math.ceil(total / pageSize))
  return {
    ...(page < lastPage ? { next: link(page + 1) } : {}),
    ...(page > 1 ? { previous: link(Math.min(page - 1, lastPage)) } : {}),
  }
}
