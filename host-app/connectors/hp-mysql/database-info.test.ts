import { expect, it } from 'vitest'
import { fillingOf } from '../../wizard/form/filling.ts'
import { mariadbInfo, mysqlInfo } from './infos.ts'
import { readMysqlSettings } from './mysql-settings.ts'

const valuesOf = (text: string) =>
  Object.fromEntries(
    (fillingOf({ ...mysqlInfo, logo: null }, text)?.values ?? []).map(({ property, value }) => [
      property.name,
      value,
    ]),
  )

it('takes an address as hosts of MySQL give it', () => {
  expect(valuesOf('mysql://ann:p%40ss@db.test:25060/defaultdb?ssl-mode=REQUIRED')).toEqual({
    host: 'db.test',
    port: '25060',
    dbname: 'defaultdb',
    user: 'ann',
    password: 'p@ss',
    ssl: 'require',
  })
  expect(valuesOf('jdbc:mariadb://db.test:3306/shop')).toMatchObject({ host: 'db.test', dbname: 'shop' })
})

it('is the same for MariaDB, names and the like aside', () => {
  expect(mariadbInfo.properties).toEqual(mysqlInfo.properties)
  expect([mysqlInfo.slug, mariadbInfo.slug]).toEqual(['hp-mysql', 'hp-mariadb'])
})

it('verifies the server where an authority is named, as Stitch does, and where the mode is not known', () => {
  const modeOf = (settings: Record<string, string>) => readMysqlSettings(settings).tlsMode
  expect(modeOf({})).toBe('require')
  expect(modeOf({ ssl: 'require', ssl_ca: 'PEM' })).toBe('verify-ca')
  expect(modeOf({ ssl: 'disable', ssl_ca: 'PEM' })).toBe('disable')
  expect(modeOf({ ssl: 'whatever' })).toBe('verify-full')
})
