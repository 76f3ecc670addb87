import { createHash } from 'node:crypto'
import { ts } from 'ts-morph'
import { isFunctionNode } from '../read/follow-call.ts'

const known = new WeakMap<ts.SourceFile, string>()

/**
 * A digest of what a file means to the types of others: all of it but the bodies of functions that state what they return.
 *
 * Checking types costs most of a build; while an author edits bodies, what was found elsewhere still holds.
 */
export function surfaceOf(file: ts.SourceFile): string {
  const digest = known.get(file) ?? createHash('sha256').update(withoutBodies(file)).digest('base64')
  known.set(file, digest)
  return digest
}

function withoutBodies(file: ts.SourceFile): string {
  const kept: string[] = []
  let from = 0
  const visit = (node: ts.Node): void => {
    const body = closedBody(node)
    if (!body) return ts.forEachChild(node, visit)
    kept.push(file.text.slice(from, body.pos))
    from = body.end
  }
  visit(file)
  return [...kept, file.text.slice(from)].join('{}')
}

/** The body of a function whose type does not depend on it. */
function closedBody(node: ts.Node): ts.Block | undefined {
  if (!isFunctionNode(node) || !node.type) return undefined
  return ts.isBlock(node.body) ? node.body : undefined
}
