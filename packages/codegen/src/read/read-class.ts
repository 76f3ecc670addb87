import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import { readAttributes } from './read-attributes.ts'
import { resolveName } from './resolve-reference.ts'
import { sdkDecorator, type SdkDecorator } from './sdk-decorator.ts'
import type { HandlerSource, RunSource, StepSource, WorkflowSource } from './workflow-source.ts'

const HANDLERS = [['Signal', 'signal'], ['Query', 'query'], ['Update', 'update']] as const

/** Collects the decorated members of a class and its ancestors as the SDK does: farthest first, the nearest options win. */
export function readClass(sources: Sources, node: ts.ClassDeclaration, workflow: SdkDecorator): WorkflowSource {
  const chain = classChain(sources, node)
  const steps = new Map<string, StepSource>()
  const runs = new Map<string, RunSource>()
  const handlers = new Map<string, HandlerSource>()
  for (const type of chain) {
    for (const method of type.members.filter(ts.isMethodDeclaration)) {
      const name = memberName(method)
      if (name === undefined) continue
      const nearest = methodNamed(chain, name) ?? method
      const step = sdkDecorator(sources, method, 'Step')
      if (step) steps.set(name, { name, ...step, method: nearest })
      const run = sdkDecorator(sources, method, 'Run')
      if (run) runs.set(name, { name, decorator: run.decorator, method: nearest })
      for (const [decorator, kind] of HANDLERS) {
        const handler = sdkDecorator(sources, method, decorator)
        if (handler) handlers.set(name, { name, kind, ...handler, method: nearest })
      }
    }
  }
  return { class: node, ...workflow, attributes: readAttributes(sources, chain, node), chain, steps, runs: [...runs.values()], handlers }
}

/** The nearest method of that name with a body. */
export function methodNamed(chain: readonly ts.ClassLikeDeclaration[], name: string): ts.MethodDeclaration | undefined {
  for (const type of chain.toReversed()) {
    const found = type.members.find((member): member is ts.MethodDeclaration =>
      ts.isMethodDeclaration(member) && member.body !== undefined && memberName(member) === name)
    if (found) return found
  }
  return undefined
}

/** The name of a method as the SDK sees it, private and computed ones by their text. */
function memberName(method: ts.ClassElement): string | undefined {
  const { name } = method
  if (!name) return undefined
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name) ? name.text : name.getText()
}

function classChain(sources: Sources, node: ts.ClassDeclaration): readonly ts.ClassLikeDeclaration[] {
  const chain: ts.ClassLikeDeclaration[] = []
  for (let type: ts.ClassLikeDeclaration | undefined = node; type && !chain.includes(type); type = parentOf(sources, type)) {
    chain.unshift(type)
  }
  return chain
}

function parentOf(sources: Sources, type: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration | undefined {
  const clause = type.heritageClauses?.find((heritage) => heritage.token === ts.SyntaxKind.ExtendsKeyword)
  const base = clause?.types[0]?.expression
  const reference = base && resolveName(sources, base)
  return reference?.kind === 'project' && ts.isClassLike(reference.declaration) ? reference.declaration : undefined
}
