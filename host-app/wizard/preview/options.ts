import type { VendorOptionsPage } from '@bobbin/shared/vendor-options'

/** What there is to choose from: more than are seen at a glance, and one that cannot be taken. */
export const previewOptions: VendorOptionsPage = {
  data: Array.from({ length: 24 }, (_, index) => ({
    value: `org-${index + 1}`,
    label:
      index === 2
        ? 'The Honourable Company of Smiths, Tailors and Weavers of Ely, Ltd.'
        : `Meadow ${index + 1}`,
    hint: index % 2 === 0 ? 'Sweden' : 'Norway',
    ...(index === 1 && { unavailable: 'Its books are closed.' }),
  })),
  next_cursor: null,
}
