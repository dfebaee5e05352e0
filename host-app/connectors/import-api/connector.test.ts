import { describeConnector } from '../connector-contract.ts'
import { importApi } from './connector.ts'

describeConnector(importApi, { example: {}, junk: {} })
