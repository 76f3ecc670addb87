import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Run, Step, Workflow } from '@baton/sdk'
import { mark, note } from '../../support/marks.ts'

/** A step that takes until a file is there. */
@Workflow({ name: 'late-step' })
export class LateStep {
  @Step() async fetch(file: string): Promise<number> {
    mark()
    while (!existsSync(file)) await wait(5)
    note('done')
    return process.pid
  }

  @Run() async run(file: string): Promise<number> {
    return this.fetch(file)
  }
}

export const workflows = [LateStep]
