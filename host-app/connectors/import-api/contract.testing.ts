import { contractOf } from '../connector-contract.testing.ts'
import { importApi } from './connector.ts'

/** There is nothing to reach. */
const open = async () => ({ close: async () => {} })

export const contract = contractOf(importApi, open, () => ({ example: {}, junk: {} }))
