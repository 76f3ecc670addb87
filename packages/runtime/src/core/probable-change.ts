import { nearestName } from '@baton/sdk/host'
import type { HistoryEvent } from './history-event.ts'

/** What is known of a mismatch: the event that the code did not wait for, and what it has asked for instead. */
export interface Disagreement {
  readonly event: HistoryEvent | undefined
  readonly open: readonly string[]
  /** Those of them that the log has, wherever. */
  readonly written: ReadonlySet<string>
  /** Whether the program has returned or thrown. */
  readonly ended: boolean
  /** The steps of the class, undefined where there is none. */
  readonly steps: ReadonlySet<string> | undefined
}

/** What was probably changed, in a sentence with what to do; a guess by names and order. */
export function probableChange({ event, open, written, ended, steps }: Disagreement): string | undefined {
  if (!event) return undefined
  if (event.type === 'Patched') return `The call of patched('${event.id}') was removed while executions bear its mark; put deprecatePatch('${event.id}') in its place.`
  if (event.type.startsWith('Execution')) {
    return ended ? 'The execution ended otherwise.' : `${list(open)} was added after what was the end; guard it with patched().`
  }
  if (!('command' in event)) return undefined
  const { command } = event
  const added = open.filter((each) => !written.has(each))
  const name = nameOf(command)
  const isStep = event.type.startsWith('Step')
  if (isStep && steps?.has(name) === false) {
    const near = successorOf(name, added.map(nameOf))
    return near === undefined ? `Step '${name}' was removed from the class.` : `Step '${name}' was renamed to '${near}'; guard the new name with patched(), or keep the old one.`
  }
  if (ended) return `'${command}' and what came after it was removed.`
  const moved = open.filter((each) => written.has(each) && each !== command)
  if (moved.length > 0) return `${list(moved)} was moved before '${command}', or '${command}' was removed.`
  if (isStep && steps === undefined) {
    const near = successorOf(name, added.map(nameOf))
    if (near !== undefined && near !== name) return `Step '${name}' was renamed to '${near}'.`
  }
  if (command.includes('#') && !open.some((each) => nameOf(each) === name)) return `A loop that called '${name}' runs less often, or one of its calls was removed.`
  if (added.length > 0) return `${list(added)} was added before '${command}', or stands in its place; guard it with patched().`
  return `The call of '${command}' was removed.`
}

/** The name that was probably given in its place: one that is spelt nearly so, or that is part of it or has it as a part. */
function successorOf(name: string, added: readonly string[]): string | undefined {
  const [lower, part] = [name.toLowerCase(), (each: string): boolean => each.toLowerCase().includes(lower) || lower.includes(each.toLowerCase())]
  return nearestName(name, added) ?? added.find(part)
}

/** The name in a command's identity: `items[3]/pack#2` is of `pack`. */
export function nameOf(command: string): string {
  const last = command.slice(command.lastIndexOf('/') + 1)
  const hash = last.indexOf('#')
  return hash < 0 ? last : last.slice(0, hash)
}

function list(commands: readonly string[]): string {
  return commands.slice(0, 3).map((each) => `'${each}'`).join(', ')
}
