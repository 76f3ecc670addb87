import type { ExecutionStatus } from '@baton/runtime'

/** The colour of a status; blocked ones wait for somebody. */
export function statusStyle(status: string): 'green' | 'red' | 'yellow' | 'cyan' | 'gray' {
  const styles: Readonly<Record<ExecutionStatus, 'green' | 'red' | 'yellow' | 'cyan' | 'gray'>> = {
    pending: 'gray',
    running: 'cyan',
    blocked: 'yellow',
    paused: 'yellow',
    completed: 'green',
    failed: 'red',
    stopped: 'gray',
    timed_out: 'red',
    killed: 'red',
  }
  return status in styles ? styles[status as ExecutionStatus] : 'gray'
}
