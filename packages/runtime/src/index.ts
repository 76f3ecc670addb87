export { Execution } from './core/execution.ts'
