import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { advanced, secret, setting } from '../setting-kinds.ts'
import { hostPattern, portPattern, timeoutPattern } from './setting-patterns.ts'

/** Where the server is. `secrets` are those that go there. */
export function addressSettings(
  secrets: string[],
  { what, example, port }: { what: string; example: string; port: string },
): Omit<PropertyInfo, 'order'>[] {
  const common = { binds: secrets, group: 'Server' }
  return [
    setting({
      ...common,
      name: 'host',
      title: 'Host',
      description: `The name or IP address of the ${what} server, without a port.`,
      placeholder: example,
      json_schema: { type: 'string', minLength: 1, maxLength: 255, pattern: hostPattern },
    }),
    setting({
      ...common,
      name: 'port',
      title: 'Port',
      description: `Nearly always ${port}.`,
      default: port,
      json_schema: { type: 'string', pattern: portPattern },
      control: 'number',
    }),
  ]
}

/** Who signs in, of a database. */
export const userSettings: Omit<PropertyInfo, 'order'>[] = [
  setting({
    name: 'user',
    title: 'User',
    description: 'A user who may read and nothing else is enough, and best.',
    json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    group: 'Sign-in',
  }),
  secret({ name: 'password', title: 'Password', group: 'Sign-in' }),
]

export function timeoutSetting(seconds: string): Omit<PropertyInfo, 'order'> {
  return advanced({
    name: 'connect_timeout',
    title: 'Connection timeout',
    description: 'Seconds to wait for the server; more than 55 counts as 55.',
    default: seconds,
    json_schema: { type: 'string', pattern: timeoutPattern },
    control: 'number',
  })
}
