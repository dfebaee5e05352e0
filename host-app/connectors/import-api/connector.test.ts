import { describeConnector } from '../connector-contract.testing.ts'
import { importApi } from './connector.ts'

describeConnector(importApi, { example: {}, junk: {} })
