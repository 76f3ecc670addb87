import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import { readClass } from './read-class.ts'
import { sdkDecorator } from './sdk-decorator.ts'
import type { WorkflowSource } from './workflow-source.ts'

/** The workflow classes at the top of a file. */
export function findWorkflows(sources: Sources, file: ts.SourceFile): readonly WorkflowSource[] {
  const found: WorkflowSource[] = []
  for (const statement of file.statements) {
    if (!ts.isClassDeclaration(statement)) continue
    const decorated = sdkDecorator(sources, statement, 'Workflow')
    if (decorated) found.push(readClass(sources, statement, decorated))
  }
  return found
}
