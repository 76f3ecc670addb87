import type { Payloads } from '../log/log-writer.ts'
import type { Encoded } from '../payload/codec.ts'
import type { PayloadBorder } from '../payload/payload-border.ts'
import type { Sent } from './sent.ts'

/** Events whose payload is Baton's own, or is there to be searched for. */
const READABLE: ReadonlySet<string> = new Set(['TimerStarted', 'AttributesSet'])

/** Seals what turns write, in one batch; undefined where there is nothing to do. */
export function turnSealer(border: PayloadBorder): ((payloads: Payloads<Sent>) => Promise<Payloads<Sent>>) | undefined {
  if (!border.seals) return undefined
  return async ({ events, items, jobs }) => {
    const texts = [
      ...events.map((event) => (READABLE.has(event.type) ? null : event.payload)), ...items.map(({ payload }) => payload), ...jobs.flatMap(textsOf),
    ]
    const sealed = (await border.seal(texts)).values()
    const next = (): Encoded => sealed.next().value ?? null
    return {
      events: events.map((event) => ({ ...event, payload: next() ?? event.payload })),
      items: items.map((item) => ({ ...item, payload: next() })),
      jobs: jobs.map((job) => withTexts(job, next)),
    }
  }
}

function textsOf(job: Sent): readonly Encoded[] {
  if (job.kind === 'task') return [job.data.args, job.data.details ?? null]
  return job.kind === 'message' ? [job.payload] : []
}

/** The job with other texts in the places of `textsOf`. */
function withTexts(job: Sent, next: () => Encoded): Sent {
  if (job.kind === 'task') return { ...job, data: { ...job.data, args: next(), details: next() ?? undefined } }
  return job.kind === 'message' ? { ...job, payload: next() } : job
}
