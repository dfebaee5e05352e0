export { runFlow } from './run-flow.ts'
export { resumeFlow } from './resume-flow.ts'
