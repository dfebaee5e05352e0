/** The six ways into the wizard: the step each enters at, what it needs, and how far it walks on. */
export const flowFunctions = {
  addSource: { entry: 'form', subject: 'type', then: 'all' },
  authorizeSource: { entry: 'oauth', subject: 'id', then: 'all' },
  onlyAuthorizeSource: { entry: 'oauth', subject: 'id', then: 'none' },
  displayDiscoveryOutputForSource: { entry: 'discover_schema', subject: 'id', then: 'all' },
  selectStreamsForSource: { entry: 'field_selection', subject: 'id', then: 'none' },
  editSource: { entry: 'form', subject: 'id', then: 'necessary' },
} as const satisfies Record<string, FlowFunctionFacts>

export interface FlowFunctionFacts {
  readonly entry: 'form' | 'oauth' | 'discover_schema' | 'field_selection'
  /** What names the thing it works on: a source type, or a source id. */
  readonly subject: 'type' | 'id'
  /** Steps after the entry step: all of them, none, or those that the edit made necessary. */
  readonly then: 'all' | 'none' | 'necessary'
}

export type FlowFunction = keyof typeof flowFunctions
export const flowFunctionNames = Object.keys(flowFunctions) as [FlowFunction, ...FlowFunction[]]
