// Owns: executions that triggers start as virtual time comes to their ticks. A tick draws no time on: there is always another one.
import { type Registry, tickStart } from '@baton/runtime/core'
import type { Trigger } from '@baton/sdk'
import { nextTick, type WorkflowDefinition } from '@baton/sdk/host'
import type { Engine } from './engine.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Looks after the triggers of the newest version of each workflow. */
export function watchTriggers(registry: Registry, clock: VirtualClock, engine: Engine): void {
  for (const name of registry.names()) {
    const registered = registry.get(name)
    if (!registered) continue
    const { definition } = registered
    for (const trigger of definition.triggers) {
      watch(definition, trigger, clock, ({ id, input, start }) => {
        if (!engine.executions.has(id)) engine.start(id, registered, { input, attributes: {}, memo: null, start })
      })
    }
  }
}

function watch(definition: WorkflowDefinition, trigger: Trigger, clock: VirtualClock, start: (made: ReturnType<typeof tickStart>) => void): void {
  const at = nextTick(trigger, clock.now)
  if (at === undefined) return
  const ring = (): void => {
    watch(definition, trigger, clock, start)
    void (async () => start(tickStart(definition, trigger, at)))() // what its input throws is the test's to see
  }
  clock.set(at, ring, { draws: false })
}
