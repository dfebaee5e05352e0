import { describe, expect, test } from 'vitest'
import { caseProperties, settingCases, type SettingCase } from '@bobbin/shared/setting-cases.testing'
import type { Values } from '@bobbin/shared/setting-rules'
import { fillForm } from './filled-form.ts'
import type { Source } from './settings.ts'

const secrets = new Set(caseProperties.filter((one) => one.is_credential).map(({ name }) => name))

function sourceOf(saved: SettingCase['saved']): Source {
  if (!saved) return null
  const entries = Object.entries(saved)
  return {
    id: 1,
    display_name: 'Orders',
    properties: Object.fromEntries(entries.filter(([name]) => !secrets.has(name))),
    kept_secrets: entries.map(([name]) => name).filter((name) => secrets.has(name)),
    external_account: null,
    reconnect_by: null,
  }
}

const fill = (held: Values, saved?: Values) => fillForm(caseProperties, sourceOf(saved), held)

describe('the settings of a form', () => {
  test.each(settingCases)('$title', ({ held, saved, faults = {}, sent, isToldByServerAlone }) => {
    const filled = fill({ display_name: 'Orders', ...held }, saved)
    expect(filled.faults).toEqual(isToldByServerAlone ? {} : faults)
    if (sent) expect(filled.body).toEqual({ display_name: 'Orders', properties: sent })
  })

  test('that stand as they were saved are not judged anew', () => {
    const held = { display_name: 'Orders', host: ' OLD', port: '1' }
    expect(fill(held, { host: 'OLD ', password: 'secret' }).faults).toEqual({})
    expect(fill(held, { host: 'OTHER', password: 'secret' }).faults).toHaveProperty('host')
  })
})

describe('the name', () => {
  const held = { host: 'db.test', password: 'secret' }

  test('is needed, and sent without the blanks around it', () => {
    for (const display_name of ['', ' ']) {
      expect(fill({ ...held, display_name }).faults).toEqual({
        display_name: { rule: 'missing', parameters: {} },
      })
    }
    expect(fill({ ...held, display_name: ' Orders ' }).body).toMatchObject({ display_name: 'Orders' })
  })

  test('is refused for characters that nobody sees, not for those of its script', () => {
    expect(fill({ ...held, display_name: 'Or\u202eders' }).faults).toEqual({
      display_name: { rule: 'bad_characters', parameters: {} },
    })
    expect(fill({ ...held, display_name: 'الطلبات\u200f' }).faults).toEqual({})
  })
})
