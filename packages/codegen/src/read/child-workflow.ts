import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import { evaluate } from './evaluate.ts'
import { resolveName } from './resolve-reference.ts'
import { sdkDecorator } from './sdk-decorator.ts'
import { unwrap } from './follow-call.ts'

/** The workflow that a child call names, as far as the source tells. */
export interface ChildWorkflow {
  readonly name: string | undefined
  readonly className: string | undefined
  /** Its class, if that is in the project. */
  readonly declaration: ts.ClassDeclaration | undefined
}

/** What the first argument of `startChild` stands for: a class, or a name. */
export function childWorkflow(sources: Sources, argument: ts.Expression): ChildWorkflow {
  const node = unwrap(argument)
  const reference = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? resolveName(sources, node) : undefined
  const declaration = reference?.kind === 'project' && ts.isClassDeclaration(reference.declaration) ? reference.declaration : undefined
  if (declaration) return { name: workflowName(sources, declaration), className: declaration.name?.text, declaration }
  const name = text(sources, node)
  const className = name === undefined && reference?.kind === 'external' ? reference.name : undefined
  return { name, className, declaration: undefined }
}

function workflowName(sources: Sources, declaration: ts.ClassDeclaration): string | undefined {
  const options = sdkDecorator(sources, declaration, 'Workflow')?.options
  const name = options?.kind === 'record' ? options.entries.get('name') : undefined
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : undefined
}

function text(sources: Sources, node: ts.Expression): string | undefined {
  const value = evaluate(sources, node)
  return value.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
}
