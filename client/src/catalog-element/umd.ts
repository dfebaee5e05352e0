/** The element of a plain script tag, which says where the host is. It is defined; the page needs no more. */
import { createCatalog } from '../catalog/catalog.ts'
import { scriptHost } from '../script-host.ts'
import { defineCatalogElement } from './catalog-element.ts'

export { createCatalog } from '../catalog/catalog.ts'
export { BobbinCatalogElement } from './catalog-element.ts'

const tagged = scriptHost()
defineCatalogElement((host) => createCatalog({ host: host ?? tagged }))
