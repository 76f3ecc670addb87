// How code is named in the tables: `executions.code` is a semantic hash, and `workers.serves` lists whole codes.

/** One version of a workflow, as one process has it. */
export interface Code {
  readonly name: string
  readonly version: string
  readonly semanticHash: string
}

/** `order@2`; names and versions hold no `@`. */
export function versionKey({ name, version }: Pick<Code, 'name' | 'version'>): string {
  return `${name}@${version}`
}

/** `order@2#9f3c…`, as it stands in `workers.serves`. */
export function codeKey(code: Code): string {
  return `${versionKey(code)}#${code.semanticHash}`
}
