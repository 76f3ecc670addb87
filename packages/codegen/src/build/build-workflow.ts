import { ts } from 'ts-morph'
import type { ManifestStep, ManifestWorkflow } from '@baton/sdk/manifest'
import type { StepDefinition, WorkflowDefinition } from '@baton/sdk/host'
import type { NamedWorkflow } from '../check/duplicate-workflow.ts'
import { optionNode, readOptions } from '../check/read-options.ts'
import type { RuleContext } from '../check/rule.ts'
import { RULES } from '../check/rules.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { declarativeGraph } from '../graph/declarative-graph.ts'
import { textOf } from '../graph/one-line.ts'
import { imperativeGraph } from '../graph/run-walker.ts'
import { semanticHash } from '../hash/semantic-hash.ts'
import type { Sources } from '../project/sources.ts'
import { Calls, isFunctionNode } from '../read/follow-call.ts'
import type { MemberNames } from '../read/member-names.ts'
import { Reach } from '../read/reach.ts'
import { AttributesValue, HandlerOptionsValue, StepOptionsValue, WorkflowOptionsValue } from '../read/step-options.ts'
import { classNameOf, runOf, type StepSource, type WorkflowSource } from '../read/workflow-source.ts'
import { defineWithSdk, messagesOf } from './define-with-sdk.ts'
import { describeChildren } from './describe-children.ts'
import { type DescribedHandlers, describeHandlers, handlerGraphs } from './describe-handlers.ts'
import { DescribedTypes } from './described-types.ts'
import { sdkRefusal } from './sdk-refusal.ts'

/** What became of one class. */
export interface BuiltWorkflow {
  /** Undefined if there are errors. */
  readonly workflow: ManifestWorkflow | undefined
  /** Undefined if the name could not be read. */
  readonly named: NamedWorkflow | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads, checks and describes one class. */
export function buildWorkflow(sources: Sources, workflow: WorkflowSource, members: MemberNames): BuiltWorkflow {
  const read = readOptions(sources, WorkflowOptionsValue, workflow.options)
  const declared = readOptions(sources, AttributesValue, workflow.attributes)
  const diagnostics = [...read.diagnostics, ...declared.diagnostics]
  const options = new Map<string, StepOptionsValue>()
  for (const step of workflow.steps.values()) {
    const { value, diagnostics: found } = readOptions(sources, StepOptionsValue, step.options)
    diagnostics.push(...found)
    if (value) options.set(step.name, value)
  }
  const handlers = new Map<string, HandlerOptionsValue>()
  for (const handler of workflow.handlers.values()) {
    const { value, diagnostics: found } = readOptions(sources, HandlerOptionsValue, handler.options)
    diagnostics.push(...found)
    if (value) handlers.set(handler.name, value)
  }
  const calls = new Calls(sources, workflow, members)
  const context: RuleContext = {
    sources, workflow, name: read.value?.name ?? classNameOf(workflow), calls, reach: new Reach(calls), options, handlers,
  }
  diagnostics.push(...RULES.flatMap((rule) => rule(context)))
  const types = new DescribedTypes(sources, workflow)
  const described = new Map([...workflow.steps.values()].map((step) => [step.name, types.step(step)]))
  const messages = describeHandlers(context, types)
  const named = read.value && nameOf(context, read.value)
  const result = (manifest: ManifestWorkflow | undefined): BuiltWorkflow => {
    const all = [...diagnostics, ...types.diagnostics]
    return { workflow: hasErrors(all) ? undefined : manifest, named, diagnostics: all }
  }
  if (!read.value || hasErrors(diagnostics)) return result(undefined)
  const definition = defineWithSdk(read.value, options, workflow.runs.length > 0, declared.value, messagesOf(context))
  if ('code' in definition) {
    diagnostics.push(sdkRefusal(context, read.value, declared.value ?? {}, definition))
    return result(undefined)
  }
  const steps = [...definition.steps.values()].map((step): ManifestStep => {
    const source = workflow.steps.get(step.name)
    return describeStep(step, source && whenText(source), {
      source: sources.positionOf(source?.method.name ?? workflow.class),
      ...(described.get(step.name) ?? { parameters: [], output: {} }),
    })
  })
  return result(describe(context, definition, { steps, ...messages }, types))
}

function describe(
  context: RuleContext,
  definition: WorkflowDefinition,
  members: DescribedHandlers & { readonly steps: ManifestStep[] },
  types: DescribedTypes,
): ManifestWorkflow {
  const { sources, workflow, calls, reach } = context
  const run = runOf(workflow)?.method
  const { steps, signals, queries, updates } = members
  const nodes = steps.filter(({ name }) => !definition.steps.get(name)?.isCompensation)
  const awaited = new Set(nodes.flatMap((step) => step.after))
  return {
    name: definition.name,
    version: definition.version,
    className: classNameOf(workflow),
    source: sources.positionOf(workflow.class.name ?? workflow.class),
    kind: definition.kind,
    queue: definition.queue,
    attributes: definition.attributes,
    triggers: definition.triggers.map(({ kind, name, expression, timezone }) => ({ kind, name, expression, timezone })),
    timeoutMs: definition.timeoutMs ?? null,
    runTimeoutMs: definition.runTimeoutMs ?? null,
    semanticHash: semanticHash(sources, workflow),
    input: types.input(nodes.filter((step) => step.after.length === 0)),
    output: types.output(nodes.filter((step) => !awaited.has(step.name))),
    signals,
    queries,
    updates,
    steps,
    children: describeChildren(context),
    graph: run && isFunctionNode(run) ? imperativeGraph(sources, calls, reach, run) : declarativeGraph(sources, workflow, nodes),
    handlers: handlerGraphs(context),
  }
}

function describeStep(
  definition: StepDefinition,
  when: string | undefined,
  types: Pick<ManifestStep, 'source' | 'parameters' | 'output'>,
): ManifestStep {
  const { name, retry, queue, prefer, priority, cancellation, compensate, transactional, after, join, onFailure } = definition
  return {
    name,
    ...types,
    retry: { ...retry, nonRetryable: [...retry.nonRetryable] },
    timeoutMs: definition.timeoutMs ?? null,
    totalTimeoutMs: definition.totalTimeoutMs ?? null,
    scheduleToStartTimeoutMs: definition.scheduleToStartTimeoutMs ?? null,
    heartbeatTimeoutMs: definition.heartbeatTimeoutMs ?? null,
    priority,
    queue,
    prefer,
    cancellation,
    compensate: compensate ?? null,
    transactional,
    after: [...after],
    join,
    when: when ?? null,
    onFailure,
  }
}

/** The condition as its author wrote it. */
function whenText(step: StepSource): string | undefined {
  const when = step.options.kind === 'record' ? step.options.entries.get('when') : undefined
  const node = when?.node
  // `up => up.clean.length > 0`: what people want to read is the condition, not that it is a function.
  return node && textOf(ts.isArrowFunction(node) && !ts.isBlock(node.body) ? node.body : nameOrSelf(node))
}

function nameOrSelf(node: ts.Node): ts.Node {
  return ts.isFunctionDeclaration(node) ? (node.name ?? node) : node
}

function nameOf({ sources, workflow }: RuleContext, { name, version = '1' }: WorkflowOptionsValue): NamedWorkflow {
  const node = optionNode(workflow.options, 'name', workflow.decorator)
  return {
    name,
    version,
    source: sources.positionOf(workflow.class.name ?? workflow.class),
    report: (message, help) => sources.diagnostic(node, { code: 'DuplicateWorkflow', message, help }),
  }
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}
