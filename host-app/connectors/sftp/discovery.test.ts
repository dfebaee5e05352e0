import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runConnector } from '../connector-contract.testing.ts'
import { sftp } from './connector.ts'
import { startShop, type Shop } from './shop.testing.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop?.stop())

describe('the streams of files', () => {
  it('have the columns of all files, with the kinds that fit all rows', async () => {
    const { error, streams, lines } = await runConnector(sftp, shop.at())
    expect(error).toBeNull()
    expect(streams).toHaveLength(1)
    const [stream] = streams
    expect(stream).toMatchObject({ tap_stream_id: 'orders', stream: 'orders' })
    expect(stream?.schema.properties).toEqual({
      id: { type: ['null', 'integer', 'string'] },
      total: { type: ['null', 'number', 'string'] },
      extra: { type: ['null', 'string'] },
      placed_at: {
        anyOf: [{ type: ['null', 'string'], format: 'date-time' }, { type: ['null', 'string'] }],
      },
      paid: { type: ['null', 'boolean', 'string'] },
      zip: { type: ['null', 'string'] },
      note: { type: ['null', 'string'] },
      _sdc_source_file: { type: 'string' },
      _sdc_source_lineno: { type: 'integer' },
      _sdc_extra: { type: 'array', items: { type: 'string' } },
    })
    expect(stream?.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata).toEqual({
      'table-key-properties': ['id'],
      'forced-replication-method': 'INCREMENTAL',
      'selected-by-default': false,
      delimiter: ';',
    })
    // Neither what is empty nor what a link to a folder leads to.
    expect(lines.at(-1)).toMatch(/2 of 4 files match/)
  })

  it('are one for each of several tables', async () => {
    const run = await runConnector(
      sftp,
      shop.tables([
        {
          table_name: 'orders',
          search_prefix: 'shop',
          search_pattern: 'orders-1',
          key_properties: ['id'],
          delimiter: ';',
        },
        { table_name: 'people', search_prefix: 'shop', search_pattern: '\\.jsonl\\Z', key_properties: 'id' },
      ]),
    )
    expect(run.error).toBeNull()
    expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(['orders', 'people'])
    expect(run.streams[1]?.schema.properties).toMatchObject({
      id: { type: ['null', 'integer', 'string'] },
      name: { type: ['null', 'string'] },
      tags: { type: ['null', 'array'] },
      born: { anyOf: expect.any(Array) },
    })
  })

  it('leave out folders that the user may not see, and say so', async () => {
    const run = await runConnector(sftp, shop.inFolder('half'))
    expect(run.error).toBeNull()
    expect(run.streams).toHaveLength(1)
    expect(run.lines.join('\n')).toMatch(/half\/shut.* cannot be read and is left out/)
  })

  it('come from where the user begins, if no folder is named', async () => {
    const run = await runConnector(sftp, shop.inFolder('', 'people\\.jsonl$', ''))
    expect(run).toMatchObject({ error: null, streams: [{ tap_stream_id: 'orders' }] })
  })

  it('say which pattern found nothing', async () => {
    const { error } = await runConnector(sftp, shop.inFolder('shop', 'invoices.*csv$'))
    expect(error).toMatchObject({ detail: expect.stringContaining('invoices.*csv$') })
  })

  it('come with the config of a Singer tap', () => {
    const settings = {
      host: 'sftp.example.com',
      username: 'reader',
      password: 'x',
      search_prefix: '/exports',
    }
    const config = sftp.config?.({ settings, grant: null }) ?? {}
    expect(config).toMatchObject({
      host: 'sftp.example.com',
      port: '22',
      username: 'reader',
      password: 'x',
      start_date: '1970-01-01T00:00:00Z',
    })
    expect(JSON.parse(String(config['tables']))).toEqual([
      {
        table_name: 'files',
        search_prefix: '/exports',
        search_pattern: expect.stringContaining('csv'),
        key_properties: [],
        delimiter: ',',
        date_overrides: [],
      },
    ])
  })
})
