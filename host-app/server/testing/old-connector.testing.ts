import type { Connector } from '../../connectors/connector.ts'
import { connector as shop } from './shop-connector.testing.ts'

/** A source type that is no longer offered, for the tests of this folder. */
export const connector: Connector = {
  ...shop,
  info: { ...shop.info, type: 'platform.test-old', slug: 'test-old', name: 'Old shop', stage: 'deprecated' },
}
