import type { ts } from 'ts-morph'

/** Writes nodes of one entity. */
export interface Canonical {
  text(node: ts.Node | undefined): string
  all(nodes: readonly ts.Node[] | undefined): string
  block(node: ts.Statement): string
  declared(name: ts.Identifier): string
}
