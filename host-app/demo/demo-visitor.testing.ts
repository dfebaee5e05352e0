/**
 * A person at the demo provider, without a browser: opens the authorization request, signs in, answers.
 * Returns where the provider sends them in the end, the callback with `code` or `error`. For tests.
 */
export async function visitDemoProvider(
  authorizationUrl: string,
  { name = 'Anna Example', answer = 'allow' }: { name?: string; answer?: 'allow' | 'deny' } = {},
): Promise<URL> {
  const origin = new URL(authorizationUrl).origin
  const cookies = new Map<string, string>()
  let url = new URL(authorizationUrl)
  let form: URLSearchParams | null = null
  for (let hops = 0; hops < 20; hops++) {
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (key !== undefined && value) cookies.set(key, value)
      else if (key !== undefined) cookies.delete(key)
    }
    const page: string = await response.text()
    const location = response.headers.get('location')
    form = null
    if (location) {
      url = new URL(location, url)
      if (url.origin !== origin) return url
    } else if (response.status === 200) {
      // As the page has them ticked.
      const ticked = [...page.matchAll(/name="scope" value="([^"]*)"/g)].map(([, scope = '']) => [
        'scope',
        scope,
      ])
      form = new URLSearchParams(page.includes('name="name"') ? { name } : [['answer', answer], ...ticked])
    } else {
      throw new Error(
        `The demo provider answered ${response.status}: ${page.replace(/<[^>]*>/g, ' ').slice(-300)}`,
      )
    }
  }
  throw new Error('The demo provider never sent the visitor back.')
}
