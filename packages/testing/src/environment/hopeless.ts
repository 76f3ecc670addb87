import { AssertionError } from 'node:assert'
import type { RecordedExecution } from './recorded-execution.ts'

/** Why what a test awaits of an execution does not come: nothing is due, and this is what it waits for. */
export function hopeless(execution: RecordedExecution, all: ReadonlyMap<string, RecordedExecution>): AssertionError {
  const waits = describeWaits(execution, all)
  return new AssertionError({
    message: `Execution '${execution.id}' waits for ${waits}, and nothing is due at any later time. Send it what it waits for before you await it, or at a time with env.at().`,
  })
}

function describeWaits({ actor }: RecordedExecution, all: ReadonlyMap<string, RecordedExecution>): string {
  const waits = (actor?.execution.waits() ?? []).map(({ kind, command = '', execution: child = '' }) => {
    switch (kind) {
      case 'condition':
        return 'a condition that does not hold'
      case 'token':
        return `its ${command.replace(':', " '")}' to be completed`
      case 'child': {
        const found = all.get(child)
        return found ? `child '${child}' (${found.status}), which waits for ${describeWaits(found, all)}` : `child '${child}'`
      }
      default:
        return `'${command}'`
    }
  })
  return waits.length === 0 ? 'nothing that Baton knows of' : waits.join(' and ')
}
