import { closeSync, openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { WorkflowEntry } from '@baton/runtime'
import { stepContext } from '@baton/sdk'
import { defineWorkflow } from '@baton/sdk/host'
import type { Body } from './body.ts'

type StepBody = (this: object, ...args: unknown[]) => Promise<unknown>

/** Notes of step bodies in a file. A note is one `write` to the file's end, so SIGKILL loses none that was made. */
export class BodyRecorder implements Disposable {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  note(): void {
    const { executionId: execution, attempt, idempotencyKey } = stepContext()
    const command = idempotencyKey.slice(execution.length + 1)
    const body: Body = { execution, command, attempt, pid: process.pid, at: Date.now() }
    writeSync(this.#file, `${JSON.stringify(body)}\n`)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

/**
 * The same workflow with step bodies that are noted when they begin, and begin after `delay` ms. The notes stand on a prototype
 * between instance and class: the runtime puts its own there for instances that run `run`, so only real bodies are noted.
 */
export function recorded({ workflow, create }: WorkflowEntry, recorder: BodyRecorder, delay: (step: string) => number): WorkflowEntry {
  const bodies = workflow.prototype as Record<string, StepBody>
  const noted = Object.create(bodies) as Record<string, StepBody>
  for (const step of defineWorkflow(workflow).steps.keys()) {
    noted[step] = async function body(...args) {
      recorder.note()
      if (delay(step) > 0) await pause(delay(step))
      return bodies[step]?.apply(this, args)
    }
  }
  return { workflow, create: () => Object.setPrototypeOf(create(), noted) as object }
}
