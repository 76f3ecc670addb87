// The manifest as data: what `baton build` writes, CI diffs and the runtime enforces. Only its shape lives here, so that
// the compiler and the runtime, which never see each other, mean the same thing.
import { z } from 'zod'

/** Where something stands in the source: path relative to the project, line and column counted from 1. */
export const SourcePosition = z.strictObject({
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
})
/**
 * Where something stands in the source: path relative to the project, line and column counted from 1.
 *
 * @useDeclaredType
 */
export type SourcePosition = z.infer<typeof SourcePosition>

/** A JSON Schema, draft 2020-12, as an object; what its keywords mean is left to its reader. */
export const JsonSchema = z.record(z.string(), z.json())
/** A JSON Schema, draft 2020-12, as an object; what its keywords mean is left to its reader. */
export type JsonSchema = z.infer<typeof JsonSchema>

/** What a node of the graph stands for. */
export const NodeKind = z.enum([
  'start', 'end', 'step', 'sleep', 'sleepUntil', 'condition', 'approval', 'token', 'child', 'signal', 'stop', 'compensate', 'branch',
  'patched', 'merge', 'parallel', 'loop', 'forEach', 'scope', 'try', 'return', 'throw', 'continueAsNew',
])
/**
 * What a node of the graph stands for.
 *
 * @useDeclaredType
 */
export type NodeKind = z.infer<typeof NodeKind>

/** A graph without circles: a loop, a parallel group, a scope and a try are single nodes with graphs of their own inside. */
export interface ManifestGraph {
  readonly nodes: readonly ManifestNode[]
  readonly edges: readonly ManifestEdge[]
}

/** One thing a workflow does or decides, as a node of its graph. */
export interface ManifestNode {
  /** Unique in the workflow and stable under edits elsewhere; for a step its name, then `name~2` for its second call. */
  readonly id: string
  readonly kind: NodeKind
  /** For `step`: the step's name, as events and command identities carry it. */
  readonly step?: string | undefined
  /**
   * For people: the condition's text, the loop's head, how the group joins, what is thrown, how long a wait is, the child's
   * workflow, the patch's id, the signal and whom it goes to.
   */
  readonly label?: string | undefined
  readonly source?: SourcePosition | undefined
  /** For `loop` and `scope` (one: the body), `forEach` (pages, body), `parallel` (one a branch) and `try` (body, catch, finally). */
  readonly graphs?: readonly { readonly label: string; readonly graph: ManifestGraph }[] | undefined
}

/** What comes after what: `from` and `to` are ids of nodes in the same graph. */
export const ManifestEdge = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** The branch taken, such as `true`, `false` or the text of a declarative `when`. */
  label: z.string().optional(),
})
/**
 * What comes after what: `from` and `to` are ids of nodes in the same graph.
 *
 * @useDeclaredType
 */
export type ManifestEdge = z.infer<typeof ManifestEdge>

/** Parses a {@link ManifestNode} and the graphs inside it. */
export const ManifestNode: z.ZodType<ManifestNode> = z.strictObject({
  id: z.string(),
  kind: NodeKind,
  step: z.string().optional(),
  label: z.string().optional(),
  source: SourcePosition.optional(),
  get graphs() {
    return z.array(z.strictObject({ label: z.string(), graph: ManifestGraph })).optional()
  },
})

/** Parses a {@link ManifestGraph} with all that is inside it. */
export const ManifestGraph: z.ZodType<ManifestGraph> = z.strictObject({
  get nodes() {
    return z.array(ManifestNode)
  },
  edges: z.array(ManifestEdge),
})

/** A retry budget of a step, with defaults filled in. */
const ManifestRetryBudget = z.strictObject({
  maxAttempts: z.int(),
  delayMs: z.number(),
  backoff: z.number(),
  maxDelayMs: z.number(),
})

/** What a method takes. */
const ManifestParameters = z.array(z.strictObject({ name: z.string(), schema: JsonSchema }))

/** A step as its decorator and types describe it, with defaults filled in; times are in milliseconds. */
export const ManifestStep = z.strictObject({
  name: z.string(),
  source: SourcePosition,
  /** One schema a parameter. */
  parameters: ManifestParameters,
  output: JsonSchema,
  /** Its own numbers are the budget of application errors. */
  retry: ManifestRetryBudget.extend({
    platform: ManifestRetryBudget,
    timeout: ManifestRetryBudget,
    jitter: z.number(),
    nonRetryable: z.array(z.string()),
  }),
  timeoutMs: z.number().nullable(),
  totalTimeoutMs: z.number().nullable(),
  scheduleToStartTimeoutMs: z.number().nullable(),
  heartbeatTimeoutMs: z.number().nullable(),
  priority: z.int(),
  queue: z.string(),
  prefer: z.enum(['local', 'remote']),
  cancellation: z.enum(['try', 'wait', 'abandon']),
  /** The step that undoes this one, null without one. */
  compensate: z.string().nullable(),
  transactional: z.boolean(),
  after: z.array(z.string()),
  join: z.enum(['all', 'any']),
  /** The text of the condition, null without one. */
  when: z.string().nullable(),
  onFailure: z.enum(['fail_after_running', 'fail_immediately', 'ignore']),
})
/**
 * A step as its decorator and types describe it, with defaults filled in; times are in milliseconds.
 *
 * @useDeclaredType
 */
export type ManifestStep = z.infer<typeof ManifestStep>

/** A signal: a message that a client or another execution sends. */
export const ManifestSignal = z.strictObject({
  name: z.string(),
  source: SourcePosition,
  /** One schema a parameter; the first is what the decorator's `payload` takes, where there is one. */
  parameters: ManifestParameters,
})
/**
 * A signal: a message that a client or another execution sends.
 *
 * @useDeclaredType
 */
export type ManifestSignal = z.infer<typeof ManifestSignal>

/** A query: a question that is answered from what the execution has committed. */
export const ManifestQuery = ManifestSignal.extend({ output: JsonSchema })
/**
 * A query: a question that is answered from what the execution has committed.
 *
 * @useDeclaredType
 */
export type ManifestQuery = z.infer<typeof ManifestQuery>

/** An update: a message with an answer. */
export const ManifestUpdate = ManifestQuery.extend({
  /** The method that accepts or rejects it, null without one. */
  validate: z.string().nullable(),
})
/**
 * An update: a message with an answer.
 *
 * @useDeclaredType
 */
export type ManifestUpdate = z.infer<typeof ManifestUpdate>

/** A place that starts another workflow as a child. */
export const ManifestChild = z.strictObject({
  /** The workflow's name; null where only running the program tells. */
  workflow: z.string().nullable(),
  /** Where the child is named by its class. */
  className: z.string().nullable(),
  /** What becomes of the child when the parent ends; null where only running the program tells. */
  parentClosePolicy: z.enum(['stop', 'kill', 'abandon']).nullable(),
  source: SourcePosition,
})
/**
 * A place that starts another workflow as a child.
 *
 * @useDeclaredType
 */
export type ManifestChild = z.infer<typeof ManifestChild>

/** The graph of a signal or update whose body calls steps or waits. */
export const ManifestHandlerGraph = z.strictObject({
  name: z.string(),
  kind: z.enum(['signal', 'update']),
  graph: ManifestGraph,
})
/**
 * The graph of a signal or update whose body calls steps or waits.
 *
 * @useDeclaredType
 */
export type ManifestHandlerGraph = z.infer<typeof ManifestHandlerGraph>

/** When a workflow is started by itself. */
export const ManifestTrigger = z.strictObject({
  kind: z.literal('cron'),
  name: z.string(),
  expression: z.string(),
  /** IANA name of a time zone. */
  timezone: z.string(),
})
/**
 * When a workflow is started by itself.
 *
 * @useDeclaredType
 */
export type ManifestTrigger = z.infer<typeof ManifestTrigger>

/** A workflow class: its name, types, messages, steps and graphs. */
export const ManifestWorkflow = z.strictObject({
  name: z.string(),
  version: z.string(),
  className: z.string(),
  source: SourcePosition,
  kind: z.enum(['imperative', 'declarative']),
  queue: z.string(),
  /** Search attributes and what each holds. */
  attributes: z.record(z.string(), z.enum(['keyword', 'keywords', 'number', 'boolean', 'datetime'])),
  triggers: z.array(ManifestTrigger),
  /** From the start of the execution, in milliseconds; null without one. */
  timeoutMs: z.number().nullable(),
  /** From the start of a run, in milliseconds; null without one. */
  runTimeoutMs: z.number().nullable(),
  /** Changes when behaviour can change: helpers included; comments, formatting, positions and local names left out. */
  semanticHash: z.string().regex(/^[0-9a-f]{64}$/),
  input: JsonSchema,
  output: JsonSchema,
  signals: z.array(ManifestSignal),
  queries: z.array(ManifestQuery),
  updates: z.array(ManifestUpdate),
  steps: z.array(ManifestStep),
  /** In the order of the source, each place once. */
  children: z.array(ManifestChild),
  graph: ManifestGraph,
  handlers: z.array(ManifestHandlerGraph),
})
/**
 * A workflow class: its name, types, messages, steps and graphs.
 *
 * @useDeclaredType
 */
export type ManifestWorkflow = z.infer<typeof ManifestWorkflow>

/**
 * The file `baton.manifest.json`.
 *
 * @example const { workflows } = Manifest.parse(JSON.parse(readFileSync('baton.manifest.json', 'utf8')))
 */
export const Manifest = z.strictObject({
  $schema: z.string(),
  manifestVersion: z.literal(1),
  workflows: z.array(ManifestWorkflow),
})
/**
 * The file `baton.manifest.json`.
 *
 * @useDeclaredType
 */
export type Manifest = z.infer<typeof Manifest>

/** The JSON Schema of the manifest, as published with the package. */
export function manifestJsonSchema(): JsonSchema {
  return JsonSchema.parse(z.toJSONSchema(Manifest, { target: 'draft-2020-12' }))
}
