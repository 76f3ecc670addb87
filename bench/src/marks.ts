// Owns: when each step body began. Marks are kept in memory, for writing them anywhere would be measured too; only the
// recovery workloads write them to a file at once, because the process that made them will be killed.
import { openSync, readFileSync, writeSync } from 'node:fs'
import { nowMs } from './clock.ts'

/** A step body began. */
export interface Mark {
  /** The execution, by the name the driver gave it. */
  readonly tag: string
  /** Which step of the execution, from 0. */
  readonly step: number
  readonly at: number
  /** The process it ran in. */
  readonly pid: number
}

/** What a step body calls first. */
export type Recorder = (tag: string, step: number) => void

export class MarkBuffer {
  #marks: Mark[] = []

  readonly record: Recorder = (tag, step) => {
    this.#marks.push({ tag, step, at: nowMs(), pid: process.pid })
  }

  /** The marks since the last call. */
  take(): Mark[] {
    const marks = this.#marks
    this.#marks = []
    return marks
  }
}

/** Writes each mark as a line; appends of several processes to one file do not mix. */
export function recordToFile(path: string): Recorder {
  const file = openSync(path, 'a')
  return (tag, step) => {
    writeSync(file, `${tag} ${step} ${nowMs()} ${process.pid}\n`)
  }
}

export function readMarkFile(path: string): Mark[] {
  const complete = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return complete.map((line) => {
    const [tag = '', step, at, pid] = line.split(' ')
    return { tag, step: Number(step), at: Number(at), pid: Number(pid) }
  })
}
