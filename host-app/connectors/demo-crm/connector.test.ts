import { isolated } from '@bobbin/shared/isolated'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runConnector } from '../connector-contract.testing.ts'
import { demoCrm, type DemoCrmScene, openDemoCrm } from './contract.testing.ts'

let scene: DemoCrmScene
beforeAll(async () => {
  scene = await openDemoCrm()
})
afterAll(() => scene?.close())

describe('the demo CRM', () => {
  it('offers three objects, with keys, a withheld field and a forced method', async () => {
    const { streams, lines } = await runConnector(demoCrm, scene.situation(scene.token))
    expect(streams.map((stream) => stream.tap_stream_id)).toEqual(['contacts', 'companies', 'deals'])
    expect(lines[0]).toBe(`Signed in as ${isolated('Anna')} of ${isolated('Demo workspace')}.`)
    const [contacts, , deals] = streams
    expect(contacts?.metadata).toContainEqual({
      breadcrumb: ['properties', 'photo'],
      metadata: {
        inclusion: 'unsupported',
        'unsupported-description': 'Files cannot be read through this API.',
        'selected-by-default': false,
      },
    })
    expect(contacts?.metadata[0]?.metadata).toMatchObject({
      'table-key-properties': ['id'],
      'valid-replication-keys': ['updated_at'],
    })
    expect(deals?.metadata[0]?.metadata['forced-replication-method']).toBe('FULL_TABLE')
  })
})
