// WCP-18 Milestone: an activity is possible only while the case stands at a certain place. That is an update: its validator looks
// where the case stands, and rejects it before anything is written.
import { ApplicationError, Run, sleep, Update, Workflow } from '@baton/sdk'

@Workflow({ name: 'course' })
export class Course {
  #students: string[] = []
  #place: 'planned' | 'open' | 'running' = 'planned'

  mustBeOpen(): void {
    if (this.#place !== 'open') throw new ApplicationError(`The course is ${this.#place}`, { type: 'NotOpen' })
  }

  @Update({ validate: 'mustBeOpen' }) async enrol(student: string): Promise<number> {
    this.#students.push(student)
    return this.#students.length
  }

  @Run() async run({ openAfterMs, openForMs }: { openAfterMs: number; openForMs: number }): Promise<readonly string[]> {
    await sleep(openAfterMs)
    this.#place = 'open'
    await sleep(openForMs)
    this.#place = 'running'
    await sleep(openForMs)
    return this.#students
  }
}
