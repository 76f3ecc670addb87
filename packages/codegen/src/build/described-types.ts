import type { ts } from 'ts-morph'
import type { JsonSchema } from '@baton/sdk/manifest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Sources } from '../project/sources.ts'
import type { HandlerSource, StepSource, WorkflowSource } from '../read/workflow-source.ts'
import { runOf } from '../read/workflow-source.ts'
import { typeSchema } from '../schema/type-schema.ts'
import { zodSide } from '../schema/zod-sides.ts'
import { methodTypes } from './signatures.ts'

/** Describes the types of one workflow, and collects what in them would not survive the log. */
export class DescribedTypes {
  readonly diagnostics: Diagnostic[] = []
  readonly #sources: Sources
  readonly #workflow: WorkflowSource

  constructor(sources: Sources, workflow: WorkflowSource) {
    this.#sources = sources
    this.#workflow = workflow
  }

  step(step: StepSource): { parameters: { name: string; schema: JsonSchema }[]; output: JsonSchema } {
    const types = methodTypes(this.#sources, this.#workflow, step.method)
    if (!types) return { parameters: [], output: {} }
    const where = `step '${step.name}'`
    const parameters = types.parameters.map(({ name, type, node }) => ({ name, schema: this.#schema(type, name, node, where) }))
    return { parameters, output: this.#schema(types.result, 'output', types.resultNode, where) }
  }

  /** What a message takes and what it is answered with; the first argument is what `payload` takes, where there is one. */
  handler(handler: HandlerSource): { parameters: { name: string; schema: JsonSchema }[]; output: JsonSchema } {
    const types = methodTypes(this.#sources, this.#workflow, handler.method)
    if (!types) return { parameters: [], output: {} }
    const where = `${handler.kind} '${handler.name}'`
    const payload = handler.options.kind === 'record' ? handler.options.entries.get('payload')?.node : undefined
    const parameters = types.parameters.map(({ name, type, node }, index) => {
      const declared = index === 0 && payload ? zodSide(this.#sources.checker, payload, 'input') : undefined
      return { name, schema: this.#schema(declared ?? type, name, declared && payload ? payload : node, where) }
    })
    return { parameters, output: handler.kind === 'signal' ? {} : this.#schema(types.result, 'output', types.resultNode, where) }
  }

  /** What a client gives: what the zod schema takes, else what `run` or the first steps take. */
  input(roots: readonly { readonly parameters: readonly { readonly schema: JsonSchema }[] }[]): JsonSchema {
    const declared = this.#declared('input')
    if (declared) return declared
    const run = runOf(this.#workflow)
    if (!run) return onlyOne(roots.flatMap(({ parameters }) => parameters.slice(0, 1).map(({ schema }) => schema)))
    const types = methodTypes(this.#sources, this.#workflow, run.method)
    const [parameter] = types?.parameters ?? []
    return parameter ? this.#schema(parameter.type, 'input', parameter.node, 'run') : {}
  }

  /** What a client gets: what the zod schema gives, else what `run` returns or the last steps do, by name. */
  output(sinks: readonly { readonly name: string; readonly output: JsonSchema }[]): JsonSchema {
    const declared = this.#declared('output')
    if (declared) return declared
    const run = runOf(this.#workflow)
    if (!run) return { type: 'object', properties: Object.fromEntries(sinks.map(({ name, output }) => [name, output])) }
    const types = methodTypes(this.#sources, this.#workflow, run.method)
    return types ? this.#schema(types.result, 'output', types.resultNode, 'run') : {}
  }

  #declared(side: 'input' | 'output'): JsonSchema | undefined {
    const { options } = this.#workflow
    const node = options.kind === 'record' ? options.entries.get(side)?.node : undefined
    const type = node && zodSide(this.#sources.checker, node, side)
    return type && this.#schema(type, side, node, `@Workflow`)
  }

  #schema(type: ts.Type, path: string, node: ts.Node, where: string): JsonSchema {
    const { schema, refusals } = typeSchema(this.#sources.checker, type, path)
    for (const refusal of refusals) {
      this.diagnostics.push(this.#sources.diagnostic(node, {
        code: 'NotSerializable',
        message: `${refusal.path} of ${where} is ${refusal.why}, which does not survive the log.`,
        help: 'Pass data: JSON, Date, Map, Set, bigint, typed arrays, Error, URL, RegExp; make functions and clients in the step.',
      }))
    }
    return schema
  }
}

/** First steps that take the same thing take the workflow's input; what differs must fit all of them. */
function onlyOne(schemas: readonly JsonSchema[]): JsonSchema {
  const unique = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  const [only] = unique
  return unique.length > 1 ? { allOf: unique } : (only ?? {})
}
