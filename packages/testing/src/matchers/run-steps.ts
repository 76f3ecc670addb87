import type { HistoryRecord } from '@baton/runtime'
import { asHandle, type Matched, type Means } from './matched.ts'

export async function haveRunSteps(means: Means, received: unknown, expected: readonly string[]): Promise<Matched> {
  const handle = asHandle('toHaveRunSteps', received)
  const actual = stepsOf(await handle.history())
  return {
    pass: means.equals(actual, expected),
    message: () =>
      `Execution '${handle.id}' should ${means.isNot ? 'not ' : ''}have run the steps\n  ${list(expected)}${means.isNot ? '' : `\nbut it has run\n  ${list(actual)}${firstDifference(actual, expected)}`}`,
    actual,
    expected,
  }
}

/** The names of the steps with an outcome, in the order of the outcomes. */
function stepsOf(history: readonly HistoryRecord[]): readonly string[] {
  return history.flatMap(({ type, command }) => (type === 'StepCompleted' || type === 'StepFailed' ? [nameOf(command ?? '')] : []))
}

/** `items[3]/pack#2` is of `pack`. */
function nameOf(command: string): string {
  return command.slice(command.lastIndexOf('/') + 1).replace(/#\d+$/, '')
}

function list(steps: readonly string[]): string {
  return steps.length === 0 ? '(none)' : steps.join(', ')
}

function firstDifference(actual: readonly string[], expected: readonly string[]): string {
  const at = Array.from({ length: Math.max(actual.length, expected.length) }).findIndex((_, i) => actual[i] !== expected[i])
  return at < 0 ? '' : `\nThe first difference is at step ${at + 1}: ${actual[at] ?? 'nothing'} instead of ${expected[at] ?? 'nothing'}.`
}
