// Owns: whether this process guards workflow code. What is replaced asks at each call whether workflow code is on the stack;
// everywhere else it is the native function.
import { syncBuiltinESMExports } from 'node:module'
import { guardClock } from './clock.ts'
import { guardIo } from './io.ts'
import { guardRandom } from './random.ts'
import { restoreAll } from './replace.ts'
import { guardTimers } from './timers.ts'

let holders = 0

/**
 * Guards until it is disposed; those who want it share one guard. Called again it guards anew what others, such as fake
 * timers, have replaced meanwhile.
 */
export function installGuard(): Disposable {
  // The streams are made when they are first asked for, and that is I/O.
  void [process.stdout, process.stderr]
  guardClock()
  guardRandom()
  guardTimers()
  if (holders++ === 0) guardIo()
  // Modules that import from `node:crypto` by name see the change.
  syncBuiltinESMExports()
  let held = true
  return {
    [Symbol.dispose]() {
      if (!held) return
      held = false
      if (--holders > 0) return
      restoreAll()
      syncBuiltinESMExports()
    },
  }
}
