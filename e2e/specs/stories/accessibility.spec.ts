import { expectAccessible, expectAccessibleAsShown } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'

/** Stories look at screens with axe, which is brought into a page once: that it finds what there is to be found. */

const page = (style: string, main: string) =>
  `<html lang="en"><title>Weaver & Sons</title><style>${style}</style><main><h1>Your data</h1>${main}</main>`

test('axe finds what is wrong, and by night what is wrong by night alone', async ({ page: tab }) => {
  await tab.setContent(page('', '<img src="data:,">'))
  await expect(expectAccessible(tab)).rejects.toThrow('image-alt: <img src=')
  await tab.setContent(page('@media (prefers-color-scheme: dark) { h1 { color: #eee } }', ''))
  await expectAccessibleAsShown(tab)
  await expect(expectAccessible(tab)).rejects.toThrow('color-contrast: <h1>Your data</h1>')
})
