import { z } from 'zod'
import type { ExportedEvent, ExportedHistory } from './exported-history.ts'

const Named = z.object({ name: z.string() })
const TimedOut = z.object({ which: z.string() })

/**
 * The way a history went: which events of which commands. The ids of messages say nothing about it, nor does how many iterations of
 * a `forEach` followed one another.
 */
export function pathOf({ workflow, version, events }: ExportedHistory): string {
  const updates = new Map<string, string>()
  const path: string[] = []
  for (const event of events) {
    if (event.lane !== undefined) continue
    const at = `${event.type} ${subjectOf(event, updates)}`
    if (!(event.type.startsWith('Iteration') && at === path.at(-1))) path.push(at)
  }
  return JSON.stringify([workflow, version, ...path])
}

function subjectOf({ type, command = '', meta }: ExportedEvent, updates: Map<string, string>): string {
  switch (type) {
    case 'UpdateAccepted': {
      const { name } = Named.parse(meta)
      updates.set(command, name)
      return name
    }
    case 'UpdateCompleted':
    case 'UpdateFailed':
      return updates.get(command) ?? ''
    case 'TimedOut':
      return TimedOut.parse(meta).which
    case 'IterationCompleted':
    case 'IterationFailed':
      return command.replaceAll(/\[\d+\]/g, '[]')
    default:
      return command
  }
}
