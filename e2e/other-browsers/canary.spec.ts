import { hosts } from '../hosts.ts'
import { expect, test } from './fixtures.ts'

/** Whether the browser under test protects its user as a real one does. If this fails, the other stories prove nothing. */

test('a window opened without a click is blocked, and one opened in a click is not', async ({
  cleanStack,
  firstWindow,
  profile,
}) => {
  const told: string[] = []
  cleanStack.proxy.rule(
    { host: hosts.evil },
    {
      answer(request, response) {
        const [path, query] = (request.url ?? '').split('?')
        if (path === '/told') told.push(decodeURIComponent(query ?? ''))
        response.writeHead(200, { 'content-type': 'text/html' }).end(path === '/' ? page : '')
      },
    },
  )
  await firstWindow.goto(`${cleanStack.origins.evil}/`)
  await expect.poll(() => told).toEqual(['timer: null'])

  await firstWindow.getByRole('button', { name: 'open' }).click()
  await expect.poll(() => told).toEqual(['timer: null', 'click: [object Window], trusted'])
  await expect.poll(() => profile.windows()).toHaveLength(2)
})

const page = `<!doctype html><title>Canary</title><link rel="icon" href="data:,"><button>open</button><script>
  const tell = (what) => fetch('/told?' + encodeURIComponent(what))
  setTimeout(() => tell('timer: ' + open('/empty', 'timer', 'width=400,height=400')), 300)
  document.querySelector('button').onclick = ({ isTrusted }) =>
    tell('click: ' + open('/empty', 'click', 'width=400,height=400') + (isTrusted ? ', trusted' : ''))
</script>`
