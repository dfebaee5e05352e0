import type * as host from '@bobbin/shared/connector-catalog'
import { expectTypeOf, it } from 'vitest'
import type * as client from './catalog.ts'

it('what comes is typed as the host’s schemas are', () => {
  expectTypeOf<client.Connector>().toEqualTypeOf<host.CatalogConnector>()
  expectTypeOf<client.ConnectionOnly>().toEqualTypeOf<host.ConnectionOnly>()
  expectTypeOf<client.Connection>().toExtend<host.CatalogConnection>()
  expectTypeOf<host.CatalogConnection>().toExtend<client.Connection>()
  expectTypeOf<client.Authorization>().toEqualTypeOf<host.CatalogAuthorization>()
  expectTypeOf<client.ConnectionProblem>().toEqualTypeOf<host.ConnectionProblem>()
  expectTypeOf<client.Platform>().toEqualTypeOf<host.CatalogPlatform>()
  expectTypeOf<client.AuthorizationStatus>().toEqualTypeOf<host.AuthorizationStatus>()
})
