import { countEvents } from './outcome.ts'
import type { RunReport } from './runs.ts'
import type { Verdict } from './verdict.ts'

/** The final table: both runs side by side, then the kills and the verdict. */
export function finalTable(uninterrupted: RunReport, killed: RunReport, verdict: Verdict): string {
  const rows: readonly (readonly [string, (run: RunReport) => string])[] = [
    ['executions completed', ({ outcome }) => String(countEvents(outcome, 'ExecutionCompleted'))],
    ['steps recorded', ({ outcome }) => String(countEvents(outcome, 'StepCompleted'))],
    ['failed attempts, retried', ({ outcome }) => String(countEvents(outcome, 'StepRetrying'))],
    ['durable timers fired', ({ outcome }) => String(countEvents(outcome, 'TimerFired'))],
    ['step bodies begun', ({ bodies }) => String(bodies.length)],
    ['  again, outcome not recorded', ({ repeated }) => String(repeated)],
    ['  again, outcome recorded', ({ reruns }) => String(reruns.length)],
    ['charges booked', ({ charges }) => String(charges)],
    ['time', ({ ms }) => `${(ms / 1_000).toFixed(1)} s`],
    ['sha256 of all results', ({ outcome }) => `${outcome.sha256.slice(0, 12)}…`],
  ]
  const line = (...[name, a, b]: readonly [string, string, string]): string => `  ${name.padEnd(30)}${a.padStart(15)}${b.padStart(15)}`
  return [
    line('', 'uninterrupted', 'killed twice'),
    `  ${'─'.repeat(60)}`,
    ...rows.map(([name, of]) => line(name, of(uninterrupted), of(killed))),
    `  ${'─'.repeat(60)}`,
    ...killed.kills.map(({ worker, owned }, at) => `  kill ${at + 1}: worker ${worker} with ${owned.size} executions; the next of their steps began after ${killed.takeoverMs[at] ?? '?'} ms`),
    ...differences(uninterrupted, killed).map((id) => `  differs: ${id}`),
    verdict.ok ? '  ok' : '  NOT OK',
  ].join('\n')
}

function differences(a: RunReport, b: RunReport): readonly string[] {
  const ids = new Set([...a.outcome.results.keys(), ...b.outcome.results.keys()])
  return [...ids].filter((id) => a.outcome.results.get(id) !== b.outcome.results.get(id)).slice(0, 10)
}
