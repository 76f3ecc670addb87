// Owns: what the demo shows while it runs, on stderr. On a terminal a block that is drawn again and again, with the events
// above it; elsewhere a plain line a second.
import { styleText } from 'node:util'
import { MONTHS } from '../weather-pipeline/months.ts'
import type { Body } from './body.ts'
import type { Snapshot } from './snapshot.ts'
import { ORDERS } from './workload.ts'
import type { WorkerProcess } from './worker-process.ts'

const BAR = 30
const PLAIN_EVERY_MS = 1_000

export class View {
  readonly #out = process.stderr
  readonly #live = process.stderr.isTTY
  readonly #began = performance.now()
  #drawn = 0
  #lastPlain = -Infinity

  /** A line that stays. */
  event(text: string): void {
    this.#erase()
    this.#out.write(`${this.#dim(`${((performance.now() - this.#began) / 1_000).toFixed(1).padStart(5)} s`)}  ${text}\n`)
  }

  /** How the run stands now. */
  show(title: string, snapshot: Snapshot, bodies: readonly Body[], workers: readonly WorkerProcess[]): void {
    if (this.#live) {
      const lines = this.#block(title, snapshot, bodies, workers)
      this.#erase()
      this.#out.write(`${lines.join('\n')}\n`)
      this.#drawn = lines.length
      return
    }
    if (performance.now() - this.#lastPlain < PLAIN_EVERY_MS) return
    this.#lastPlain = performance.now()
    const { orders, weather } = snapshot
    this.event(`${title}: orders ${orders.completed}/${ORDERS}, weather ${weather.length}/${MONTHS.length + 3} steps, ${bodies.length} step bodies, ${rate(bodies)}/s`)
  }

  /** Takes the block away, so that what follows stands below the events. */
  close(): void {
    this.#erase()
  }

  #block(title: string, { orders, weather, owned }: Snapshot, bodies: readonly Body[], workers: readonly WorkerProcess[]): readonly string[] {
    const months = weather.filter((step) => MONTHS.some((month) => month === step)).length
    const tick = (step: string): string => (weather.includes(step) ? styleText('green', `${step} ✓`) : this.#dim(step))
    return [
      '',
      `  ${styleText('bold', title)}`,
      `  orders   ${bar(orders.completed, ORDERS, 'cyan')} ${String(orders.completed).padStart(3)}/${ORDERS}`,
      `  weather  ${bar(weather.length, MONTHS.length + 3, 'yellow')} ${tick('partition')}  months ${months}/12  ${tick('join')}  ${tick('report')}`,
      `  steps    ${bodies.length} bodies, ${rate(bodies)}/s`,
      `  workers  ${workers.map(({ name, pid }) => `${styleText('bold', name)} ${owned.get(name)?.size ?? 0} executions ${this.#dim(`pid ${pid}`)}`).join('   ')}`,
    ]
  }

  #erase(): void {
    if (this.#drawn > 0) this.#out.write(`\x1b[${this.#drawn}A\x1b[J`)
    this.#drawn = 0
  }

  #dim(text: string): string {
    return this.#live ? styleText('dim', text) : text
  }
}

function bar(done: number, of: number, color: 'cyan' | 'yellow'): string {
  const full = Math.round((done / of) * BAR)
  return styleText(color, '█'.repeat(full)) + styleText('dim', '░'.repeat(BAR - full))
}

/** Step bodies that began in the last second. */
function rate(bodies: readonly Body[]): number {
  const since = Date.now() - 1_000
  let count = 0
  for (let at = bodies.length - 1; at >= 0 && (bodies[at]?.at ?? 0) >= since; at--) count++
  return count
}
