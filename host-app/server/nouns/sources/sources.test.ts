import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { source as sourceSchema } from '@bobbin/shared/source'
import { connectorInfo, connectorOf, property, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { readTapConfig } from './tap-config.ts'

const info = connectorInfo({
  properties: [
    property('host', { order: 2, binds: [] }),
    property('password', { is_credential: true, order: 3 }),
    property('region', { property_type: 'user_provided_immutable', is_required: false, order: 1 }),
    property('ssl', { json_schema: { enum: ['on', 'off'] }, default: 'off', order: 4 }),
    property('cert', { show_when: { property: 'ssl', in: ['on'] }, is_required: false, order: 5 }),
    property('key', { is_credential: true, is_required: false, order: 6 }),
  ],
})
const oauthInfo = connectorInfo({
  type: 'platform.crm',
  slug: 'crm',
  name: 'CRM',
  steps: ['form', 'oauth'],
  properties: [
    property('site', { affects_authorization: true }),
    property('note', { is_required: false }),
    property('client_id', { property_type: 'system_provided_by_default' }),
  ],
  authorization: { provider_name: 'CRM', scopes: [] },
})
const oauth = {
  issuer: null,
  sendsIssuer: false,
  authorizationEndpoint: 'https://crm.test/authorize',
  tokenEndpoint: 'https://crm.test/token',
  clientAuthentication: 'post' as const,
  scopes: [],
}

let test: TestParts
beforeEach(async () => {
  test = await createTestParts({
    connectors: [
      { ...connectorOf(() => [table('a')]), info },
      { info: oauthInfo, oauth },
      { info: connectorInfo({ type: 'import_api', slug: 'import-api', name: 'Import', steps: ['form'] }) },
      { info: connectorInfo({ type: 'platform.old', slug: 'old', steps: ['form'], stage: 'deprecated' }) },
    ],
  })
})
afterEach(() => test.close())

const wizard = { mustBeComplete: true, uniqueName: true }
const api = { mustBeComplete: false, uniqueName: false }

function create(
  properties: Record<string, string>,
  options = wizard,
  display_name = 'My shop',
  type = info.type,
) {
  return test.database.write((tx) => test.sources.create(tx, 1, { type, display_name, properties }, options))
}

function update(
  id: number,
  properties: Record<string, string | null>,
  mode: 'merge' | 'replace' = 'merge',
  display_name?: string,
) {
  return test.database.write((tx) => test.sources.update(tx, 1, id, { display_name, properties }, mode))
}

const missing = { rule: 'missing', parameters: {} }
const notKnown = { rule: 'not_known', parameters: {} }
const complete = { host: 'h', password: 'secret' }
const events = async () => (await test.events.read('account:1', 0)).map(({ type, data }) => ({ type, data }))

describe('creating', () => {
  it('keeps secrets apart, tells the account, and shows a report card', async () => {
    const row = await create({ ...complete, region: 'eu' })
    expect(row).toMatchObject({
      name: 'my_shop',
      settings_version: 1,
      properties: '{"host":"h","region":"eu"}',
    })
    expect(await test.sources.settings(1, row.id)).toEqual({ ...complete, region: 'eu', ssl: 'off' })
    expect(await events()).toEqual([
      {
        type: 'source.created',
        data: { source_id: row.id, type: 'platform.shop', display_name: 'My shop' },
      },
    ])
    const view = sourceSchema.parse(await test.sources.view(row))
    expect(JSON.stringify(view)).not.toContain('secret"')
    expect(view).toMatchObject({ stitch_client_id: 1, schedule: null, check_job_name: null })
    expect(view.report_card).toMatchObject({ current_step: 2, current_step_type: 'discover_schema' })
    expect(view.report_card.steps.map(({ type }) => type)).toEqual([
      'form',
      'discover_schema',
      'field_selection',
      'fully_configured',
    ])
    expect(view.report_card.steps[0]?.properties.map(({ name, provided }) => [name, provided])).toEqual([
      ['region', true],
      ['host', true],
      ['password', true],
      ['ssl', true],
      ['cert', false],
      ['key', false],
      ['frequency_in_minutes', true],
      ['anchor_time', false],
      ['cron_expression', false],
      ['new_fields', true],
    ])
  })

  it('in the wizard needs every shown setting, and drops what the form hides', async () => {
    await expect(create({ host: '', ssl: 'maybe' })).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: {
        faults: {
          host: missing,
          password: missing,
          ssl: { rule: 'not_an_option', parameters: { options: ['on', 'off'] } },
        },
      },
      card: null,
    })
    const row = await create({ ...complete, cert: 'hidden' })
    expect(row.properties).toBe('{"host":"h"}')
  })

  it('by the API takes what is there, and names every mistake with a report card', async () => {
    const row = await create({ host: 'h' }, api)
    expect((await test.sources.view(row)).report_card).toMatchObject({
      current_step: 1,
      current_step_type: 'form',
    })
    await expect(create({ host: '', nope: 'x', region: 'eu' }, api, 'b')).rejects.toMatchObject({
      data: { faults: { host: missing, nope: notKnown } },
      card: { type: 'platform.shop', current_step_type: 'form' },
    })
    expect(await test.sources.list(1)).toHaveLength(1)
  })

  it('is done at once for a type without steps of its own', async () => {
    const row = await create({}, api, 'Import', 'import_api')
    expect((await test.sources.view(row)).report_card).toMatchObject({
      current_step: 2,
      current_step_type: 'fully_configured',
    })
  })

  it('refuses unknown and retired types and empty names', async () => {
    await expect(create({}, api, 'x', 'platform.x')).rejects.toMatchObject({
      code: 'InvalidType',
      message: 'invalid source type (platform.x)',
    })
    await expect(create({}, api, 'x', 'platform.old')).rejects.toMatchObject({ code: 'AccessDenied' })
    await expect(create({}, api, ' ')).rejects.toMatchObject({ code: 'InvalidDisplayName' })
  })
})

describe('changing', () => {
  it('by the API merges; null removes; only what acts otherwise counts', async () => {
    const { id } = await create(complete)
    const settings = () => test.sources.settings(1, id)
    expect(await update(id, { host: 'h', ssl: 'off', password: 'secret' })).toMatchObject({
      extent: 'nothing',
      row: { settings_version: 1 },
    })
    expect(await update(id, { host: 'h2', key: 'k' })).toMatchObject({
      extent: 'property',
      row: { settings_version: 2 },
    })
    expect(await settings()).toEqual({ host: 'h2', ssl: 'off', password: 'secret', key: 'k' })
    expect(await update(id, { key: null, ssl: null })).toMatchObject({ extent: 'property' })
    expect(await settings()).toEqual({ host: 'h2', ssl: 'off', password: 'secret' })
    await expect(update(id, { host: null, nope: null })).rejects.toMatchObject({
      data: { faults: { host: missing, nope: notKnown } },
      card: { current_step_type: 'discover_schema' },
    })
  })

  it('comes to a tap as it comes to a check: shown, with defaults and secrets, without the schedule', async () => {
    const { id } = await create({ ...complete, region: 'eu' })
    await update(id, { cert: 'hidden while ssl is off', frequency_in_minutes: '60' })
    const inForce = { ...complete, region: 'eu', ssl: 'off' }
    expect(await test.sources.settings(1, id)).toEqual(inForce)
    const connector = { ...connectorOf(() => []), info }
    const tap = await readTapConfig(test, connector, await test.sources.get(1, id))
    expect(tap.values).toEqual(inForce)
  })

  it('in the wizard leaves the schedule to the app', async () => {
    const { id } = await create({ ...complete, frequency_in_minutes: '60' })
    expect(await test.sources.get(1, id)).toMatchObject({ properties: '{"host":"h"}' })
    await update(id, { frequency_in_minutes: '60' })
    const form = { host: 'h2', cron_expression: 'no cron', frequency_in_minutes: '720' }
    const { row } = await update(id, form, 'replace')
    expect(JSON.parse(row.properties)).toEqual({ frequency_in_minutes: '60', host: 'h2' })
  })

  it('in the wizard replaces, keeps secrets left blank, and needs the rest', async () => {
    const { id } = await create({ ...complete, key: 'k', ssl: 'on', cert: 'c', region: 'eu' })
    expect(await update(id, { host: 'h', password: '', ssl: 'on' }, 'replace')).toMatchObject({
      extent: 'property',
    })
    expect(await test.sources.settings(1, id)).toEqual({
      host: 'h',
      password: 'secret',
      key: 'k',
      ssl: 'on',
      region: 'eu',
    })
    await expect(update(id, { ssl: 'off' }, 'replace')).rejects.toMatchObject({
      data: { faults: { host: missing } },
    })
    await update(id, { host: 'h', ssl: 'off', cert: 'not shown' }, 'replace')
    expect((await test.sources.get(1, id)).properties).not.toContain('cert')
  })

  it('leaves an immutable setting as it is', async () => {
    const { id } = await create(complete)
    await update(id, { region: 'eu' })
    await update(id, { region: 'eu' })
    for (const region of ['us', null]) {
      await expect(update(id, { region })).rejects.toMatchObject({
        data: { faults: { region: { rule: 'fixed', parameters: {} } } },
      })
    }
  })

  it('tells a new name from new settings, and pauses by any time', async () => {
    const { id, name } = await create(complete)
    expect(await update(id, { ...complete }, 'replace', 'New name')).toMatchObject({
      extent: 'name',
      row: { name, display_name: 'New name', settings_version: 1 },
    })
    const pause = (paused_at: string | null) =>
      test.database.write((tx) => test.sources.update(tx, 1, id, { paused_at }, 'merge'))
    expect((await pause('2030-01-01T00:00:00Z')).row.paused_at).toBe(Date.parse('2030-01-01'))
    expect((await pause(null)).row.paused_at).toBeNull()
    expect((await events()).slice(1).map(({ data }) => data)).toEqual([
      { source_id: id, changed: ['display_name'] },
      { source_id: id, changed: ['paused_at'] },
      { source_id: id, changed: ['paused_at'] },
    ])
  })

  it('of what the grant depends on makes the grant void', async () => {
    const { id } = await create({ site: 'a' }, wizard, 'CRM', 'platform.crm')
    expect(await test.sources.finishedSteps(1, id)).toEqual(new Set(['form']))
    await test.database.write((tx) =>
      test.credentials.save(tx, { accountId: 1, sourceId: id, kind: 'oauth', values: { client_id: 'x' } }),
    )
    expect(await test.sources.finishedSteps(1, id)).toEqual(new Set(['form', 'oauth']))
    expect((await test.sources.view(await test.sources.get(1, id))).report_card).toMatchObject({
      current_step: 3,
      steps: [{}, { type: 'oauth', properties: [{ name: 'client_id', provided: true }] }, {}],
    })
    expect(await update(id, { note: 'n' })).toMatchObject({ extent: 'property' })
    expect(await update(id, { site: 'b' })).toMatchObject({ extent: 'auth' })
    expect(await test.sources.finishedSteps(1, id)).toEqual(new Set(['form']))
  })

  it('never loses a secret to a write of the same moment', async () => {
    const { id } = await create(complete)
    const [first, second] = await Promise.allSettled([
      update(id, { password: 'new' }),
      update(id, { key: 'k' }),
    ])
    expect(first.status).toBe('fulfilled')
    if (second.status === 'rejected') expect(second.reason).toMatchObject({ code: 'Conflict' })
    const settings = await test.sources.settings(1, id)
    expect(settings['password']).toBe('new')
    expect(settings['key']).toBe(second.status === 'fulfilled' ? 'k' : undefined)
  })
})

describe('deleting', () => {
  it('is soft, erases the credentials, and cannot be done twice', async () => {
    const { id } = await create(complete)
    const row = await test.database.write((tx) => test.sources.softDelete(tx, 1, id))
    expect(row.deleted_at).not.toBeNull()
    expect(await test.credentials.describe(1, id, 'form')).toBeNull()
    expect((await test.sources.view(row)).report_card.current_step_type).toBe('form')
    for (const again of [
      test.sources.get(1, id),
      test.database.write((tx) => test.sources.softDelete(tx, 1, id)),
      update(id, { host: 'x' }),
    ]) {
      await expect(again).rejects.toMatchObject({ code: 'SourceNotFound', data: { id } })
    }
    expect(await test.sources.list(1)).toHaveLength(1)
    expect((await events()).at(-1)).toEqual({ type: 'source.deleted', data: { source_id: id } })
  })
})

describe("another account's source", () => {
  it('is not there', async () => {
    const { id } = await create(complete)
    expect(await test.sources.find(2, id)).toBeNull()
    expect(await test.sources.list(2)).toEqual([])
    for (const attempt of [
      test.sources.get(2, id),
      test.sources.settings(2, id),
      test.sources.finishedSteps(2, id),
      test.database.write((tx) => test.sources.update(tx, 2, id, { properties: { host: 'x' } }, 'merge')),
      test.database.write((tx) => test.sources.softDelete(tx, 2, id)),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'SourceNotFound' })
    }
    expect((await test.sources.settings(1, id))['host']).toBe('h')
  })
})
