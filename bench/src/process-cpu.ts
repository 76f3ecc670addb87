// CPU time of processes from /proc; where there is none (macOS) the answer is undefined and the metric is left out.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface ProcessStat {
  readonly parent: number
  readonly name: string
  readonly ownMs: number
  /** Of children that have ended. */
  readonly reapedMs: number
}

/** CPU milliseconds of one process. */
export function cpuOf(pid: number): number | undefined {
  return statOf(pid)?.ownMs
}

/** CPU milliseconds of a whole Postgres server, found by one of its backends; undefined if it is on another machine. */
export function cpuOfServer(backend: number): number | undefined {
  const found = statOf(backend)
  if (found?.name !== 'postgres') return undefined
  const postmaster = statOf(found.parent)
  if (!postmaster) return undefined
  let sum = postmaster.ownMs + postmaster.reapedMs
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = statOf(Number(entry))
    if (stat?.parent === found.parent) sum += stat.ownMs
  }
  return sum
}

let tick: number | undefined

function tickMs(): number {
  tick ??= 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return tick
}

function statOf(pid: number): ProcessStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The name stands in brackets and may hold anything; the fields are counted from behind it.
  const close = text.lastIndexOf(')')
  const fields = text.slice(close + 2).split(' ').map(Number)
  const at = (field: number): number => fields[field] ?? 0
  return {
    parent: at(1),
    name: text.slice(text.indexOf('(') + 1, close),
    ownMs: (at(11) + at(12)) * tickMs(),
    reapedMs: (at(13) + at(14)) * tickMs(),
  }
}
