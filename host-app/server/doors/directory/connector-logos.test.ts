import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { registryOf } from '../../../connectors/registry.ts'
import { handleErrors } from '../../http/error-response.ts'
import { connectorInfo } from '../../testing/made-up-connector.testing.ts'
import { serveConnectorLogos } from './connector-logos.ts'

const picture = '<svg xmlns="http://www.w3.org/2000/svg"/>'
const logos = {
  encoded: `data:image/svg+xml,${encodeURIComponent(picture)}`,
  base64: `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`,
  none: null,
}

const app = Fastify()
handleErrors(app)
serveConnectorLogos(app, {
  registry: registryOf(
    Object.entries(logos).map(([slug, logo]) => ({
      info: connectorInfo({ type: `platform.${slug}`, slug, name: '<Acorn>', logo, steps: ['form'] }),
    })),
  ),
})

it.each(['encoded', 'base64'])('a logo is served as it is, %s', async (slug) => {
  const reply = await app.inject(`/connectors/${slug}/logo.svg`)
  expect([reply.statusCode, reply.headers['content-type'], reply.body]).toEqual([
    200,
    'image/svg+xml',
    picture,
  ])
  expect(reply.headers).toMatchObject({
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy': expect.stringContaining('sandbox'),
  })
})

it('without one there is a mark, whatever the name begins with', async () => {
  const reply = await app.inject('/connectors/none/logo.svg')
  expect(reply.body).toContain('>&#60;</text>')
})

it('there is none of a connector that is none', async () => {
  expect((await app.inject('/connectors/other/logo.svg')).statusCode).toBe(404)
})
