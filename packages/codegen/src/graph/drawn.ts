import { ts } from 'ts-morph'
import { isFunctionNode } from '../read/follow-call.ts'
import type { Walker } from './walker.ts'

/** Whether a node changes the picture: it leads to a step or a wait, or jumps to somewhere outside of itself. */
export function isDrawn(walker: Walker, node: ts.Node | undefined): boolean {
  return node !== undefined && (walker.reach.leadsToStep(node) || jumpsOut(node, { loops: 0, breakable: 0, labels: [] }))
}

interface Within {
  readonly loops: number
  readonly breakable: number
  readonly labels: readonly string[]
}

function jumpsOut(node: ts.Node, within: Within): boolean {
  if (isFunctionNode(node) || ts.isClassLike(node)) return false
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true
  if (ts.isBreakStatement(node)) return node.label ? !within.labels.includes(node.label.text) : within.breakable === 0
  if (ts.isContinueStatement(node)) return node.label ? !within.labels.includes(node.label.text) : within.loops === 0
  const inside = enter(node, within)
  return ts.forEachChild(node, (child) => jumpsOut(child, inside) || undefined) ?? false
}

function enter(node: ts.Node, within: Within): Within {
  if (ts.isIterationStatement(node, false)) return { ...within, loops: within.loops + 1, breakable: within.breakable + 1 }
  if (ts.isSwitchStatement(node)) return { ...within, breakable: within.breakable + 1 }
  return ts.isLabeledStatement(node) ? { ...within, labels: [...within.labels, node.label.text] } : within
}
