export { TestEnvironment, type TestEnvironmentOptions } from './environment/test-environment.ts'
export type { TestHandle } from './environment/test-handle.ts'
export { type ExportOptions, exportHistories } from './histories/export-histories.ts'
export {
  type ExportedEvent, type ExportedHistory, exportHistory, type HistoryHandle, type HistorySource,
} from './histories/exported-history.ts'
export type { EventRecord } from '@baton/runtime/core'
export { replay, type Replayed } from './histories/replay.ts'
export type { StepCall } from './mocks/calls.ts'
export type { Mock, MockOptions } from './mocks/mock.ts'
export type { StepMock } from './mocks/step-mock.ts'
export type { StepArgs, StepName, StepOutput } from './mocks/step-types.ts'
export type { WorkflowMock } from './mocks/workflow-mock.ts'
export { given, type Given, type GivenOptions, type Turn, type UpdateAnswer } from './scenario/given.ts'
export {
  childCompletes, childFails, childStarts, completes, expires, fails, fires, kills, signals, stops, tokenCompletes, tokenFails, updates,
} from './scenario/inputs.ts'
export {
  childCompleted, childFailed, childStarted, iterationCompleted, marked, signalReceived, started, stepCompleted, stepFailed, stepRetrying, stopRequested,
  timedOut, timerFired, timerStarted, tokenCompleted, tokenIssued, updateAccepted, updateCompleted,
} from './scenario/past.ts'
export type { Wanted } from './scenario/wanted.ts'
export { TestingError } from './testing-error.ts'
