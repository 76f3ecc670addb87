// Baton beside its peers: of each headline figure the best peer of the same run, and how many times of it Baton needs or does.
import type { ResultLine } from './measurement.ts'
import { asColumns, short } from './text-table.ts'

/** A metric worth comparing; `picture` gives its bars a title. */
interface Headline {
  readonly workload: string
  readonly metric: string
  readonly better: 'less' | 'more'
  readonly picture?: string
}

export const headlines: readonly Headline[] = [
  { workload: 'W1', metric: 'start() → first step body', better: 'less', picture: 'Start to first step, worker in another process' },
  { workload: 'W1s', metric: 'start() → first step body', better: 'less' },
  { workload: 'W2', metric: 'step → next step', better: 'less', picture: 'One durable step' },
  { workload: 'W2', metric: '10 steps, start() → result', better: 'less' },
  { workload: 'W3', metric: 'steps/s, to the last result', better: 'more' },
  // Clients that poll see the last result late; that is no want of throughput.
  { workload: 'W3', metric: 'steps/s, to the last step body', better: 'more', picture: 'Throughput, 1,000 executions of 5 steps' },
  { workload: 'W4', metric: 'start() → result', better: 'less' },
  { workload: 'W4', metric: 'first body → result', better: 'less', picture: '1,000 parallel steps and a join' },
  { workload: 'W4c', metric: '100 children, start() → result', better: 'less' },
  { workload: 'W4f', metric: 'iterations/s', better: 'more' },
  { workload: 'W5r', metric: 'kill → next step, another worker alive', better: 'less' },
  { workload: 'W5r', metric: 'kill → next step, new worker started at once', better: 'less', picture: 'Recovery after kill -9, new worker started at once' },
  { workload: 'W7', metric: '1,000 sleepers: next step − (step before + 2 s)', better: 'less', picture: 'How late executions wake that sleep for 2 s' },
]

interface Peer {
  readonly name: string
  readonly ownStore?: true
}

interface Against {
  readonly engine: string
  readonly p50: number
  /** Baton's p50 ÷ the peer's. */
  readonly ratio: number
  /** Lowest and highest of the repetitions, each against the same one of the peer; absent where they are not as many or only one. */
  readonly range?: readonly [number, number]
}

export interface Comparison {
  readonly workload: string
  readonly metric: string
  readonly unit: string
  readonly better: 'less' | 'more'
  readonly p50: number
  readonly bestPeer?: Against
  /** The best of those that keep their history in a server of their own. */
  readonly ownStore?: Against
}

/** Empty without Baton or without peers. */
export function compare(lines: readonly ResultLine[], peers: readonly Peer[]): readonly Comparison[] {
  if (peers.length === 0) return []
  return headlines.flatMap(({ workload, metric, better }) => {
    const same = lines.filter((line) => line.workload === workload && line.metric === metric)
    const baton = same.find(({ engine }) => engine === 'baton')
    if (!baton) return []
    const best = (own: boolean): Against | undefined => {
      const names = new Set(peers.filter(({ ownStore = false }) => ownStore === own).map(({ name }) => name))
      const [first] = same.filter(({ engine }) => names.has(engine)).sort((a, b) => (better === 'less' ? a.p50 - b.p50 : b.p50 - a.p50))
      return first && against(baton, first)
    }
    const [bestPeer, ownStore] = [best(false), best(true)]
    return [{ workload, metric, unit: baton.unit, better, p50: baton.p50, ...(bestPeer && { bestPeer }), ...(ownStore && { ownStore }) }]
  })
}

function against(baton: ResultLine, { engine, p50, repetitions }: ResultLine): Against {
  const ratios = baton.repetitions.map((value, i) => value / (repetitions[i] ?? Number.NaN))
  const paired = repetitions.length === ratios.length && ratios.length > 1
  return { engine, p50, ratio: baton.p50 / p50, ...(paired && { range: [Math.min(...ratios), Math.max(...ratios)] as const }) }
}

const COLUMNS = ['workload', 'metric', 'unit', 'baton', 'best peer on Postgres', '÷ best peer', 'own store', '÷ own store']

export function asComparisonTable(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return ''
  const rows = comparisons.map(({ workload, metric, unit, p50, bestPeer, ownStore }) => [
    workload, metric, unit, short(p50), ...[bestPeer, ownStore].flatMap(cells),
  ])
  return `Baton ÷ peers, medians [of the repetitions]: below 1 is better for times, above 1 for rates.\n${asColumns([COLUMNS, ...rows], 3)}`
}

function cells(against: Against | undefined): string[] {
  if (!against) return ['–', '']
  const range = against.range ? ` [${against.range.map(short).join('–')}]` : ''
  return [`${against.engine} ${short(against.p50)}`, `${short(against.ratio)}${range}`]
}
