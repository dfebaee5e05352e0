import { createCatalog } from '../catalog/catalog.ts'
import { defineCatalogElement } from './catalog-element.ts'

export { BobbinCatalogElement } from './catalog-element.ts'

defineCatalogElement((host) => createCatalog({ host }))
