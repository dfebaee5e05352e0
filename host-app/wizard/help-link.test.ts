import { expect, it } from 'vitest'
import { helpLink } from './help-link.ts'

it.each([
  ['https://acme.test/help?from=bobbin', 'r1', 'https://acme.test/help?from=bobbin'],
  ['mailto:help@acme.test', null, 'mailto:help@acme.test'],
  ['mailto:help@acme.test', 'r-1', 'mailto:help@acme.test?body=r-1&subject=Request%20r-1'],
  ['mailto:help@acme.test?subject=Bobbin', 'r-1', 'mailto:help@acme.test?subject=Bobbin&body=r-1'],
  [
    'mailto:help@acme.test?cc=a@acme.test',
    'a&b',
    'mailto:help@acme.test?cc=a@acme.test&body=a%26b&subject=Request%20a%26b',
  ],
])('%s about %s leads to %s', (support, requestId, link) => {
  expect(helpLink(support, requestId)).toBe(link)
})
