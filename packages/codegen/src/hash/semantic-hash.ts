// The semantic hash: what the workflow's code can do, not how it is spelt. It covers the class with its decorators, `run`, the
// step bodies, signals, queries, updates and their validators, the helper methods they use, and everything of the project these
// reach: functions, constants, classes, enums, zod schemas. Step bodies count although they may change under a running
// execution: a reader of a history wants to know which code took the steps. Dependencies count by name, the SDK too, so that
// upgrading one changes nothing here.
import { createHash } from 'node:crypto'
import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { WorkflowSource } from '../read/workflow-source.ts'
import { canonicalMember, classHead, membersOf } from './canonical-class.ts'
import { CanonicalText } from './canonical-text.ts'
import { type Entity, EntityTable } from './entities.ts'

/** Part of what is hashed: a change of the rules must change every hash at once, and say so. */
const RULES = 'baton-semantic-hash-1'

/** The hash of a workflow's behaviour, in hex. */
export function semanticHash(sources: Sources, workflow: WorkflowSource): string {
  return createHash('sha256').update(canonicalWorkflow(sources, workflow)).digest('hex')
}

/** The text that is hashed; for tests and for whoever wonders why a hash changed. */
export function canonicalWorkflow(sources: Sources, workflow: WorkflowSource): string {
  const table = new EntityTable()
  const accessed = new Set<string>()
  const out: string[] = [RULES]
  const { class: root } = workflow
  const own = new CanonicalText(sources, table, root, accessed)
  // Takes number 0 and is never taken from the table: its members are written as they are reached.
  table.numberOf(root)
  table.next()
  const { fields, methods } = membersOf(root)
  out.push(classHead(own, root, false), ...fields.map((field) => canonicalMember(own, field)))
  const waiting = new Set(methods)
  for (let grown = true; grown; ) {
    for (let entity = table.next(); entity; entity = table.next()) out.push(entityText(sources, table, entity, accessed))
    grown = false
    for (const method of waiting) {
      if (!isReached(workflow, method, accessed)) continue
      waiting.delete(method)
      out.push(canonicalMember(own, method))
      grown = true
    }
  }
  return out.join('\n')
}

function entityText(sources: Sources, table: EntityTable, entity: Entity, accessed: Set<string>): string {
  const text = new CanonicalText(sources, table, entity, accessed)
  return `#${table.numberOf(entity)} ${text.text(entity)}`
}

/** Decorated methods are called by the engine, overrides by the base class, others by whoever names them. */
function isReached(workflow: WorkflowSource, member: ts.ClassElement, accessed: ReadonlySet<string>): boolean {
  const name = member.name && 'text' in member.name ? member.name.text : undefined
  if (name === undefined || accessed.has('*') || accessed.has(name)) return true
  if (ts.canHaveDecorators(member) && (ts.getDecorators(member)?.length ?? 0) > 0) return true
  return workflow.steps.has(name) || workflow.handlers.has(name) || workflow.runs.some((run) => run.name === name) || validates(workflow, name)
}

/** Whether an update names the method as what accepts or rejects it. */
function validates(workflow: WorkflowSource, name: string): boolean {
  return [...workflow.handlers.values()].some(({ options }) => {
    const validate = options.kind === 'record' ? options.entries.get('validate') : undefined
    return validate?.kind === 'scalar' && validate.value === name
  })
}
