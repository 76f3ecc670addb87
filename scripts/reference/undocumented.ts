// Public names without a docstring. Properties are left out: `id` needs no sentence, and those that do are the author's to see.
import { type DeclarationReflection, type ProjectReflection, ReflectionKind, ReflectionType } from 'typedoc'

/** Entries, what they export, and the methods of it, by their full names. Disposal means the same everywhere. */
export function undocumented(project: ProjectReflection): readonly string[] {
  const modules = project.children ?? []
  const exported = modules.flatMap(({ children = [] }) => children)
  const methods = exported.flatMap(({ children = [] }) => children).filter(({ kind, name }) => kind === ReflectionKind.Method && !/^\[(?:asyncD|d)ispose\]$/.test(name))
  return [...modules, ...exported, ...methods].filter((reflection) => !isDocumented(reflection)).map((reflection) => reflection.getFriendlyFullName())
}

function isDocumented({ comment, signatures, type }: DeclarationReflection): boolean {
  const called = type instanceof ReflectionType ? type.declaration.signatures : undefined
  return [comment, ...(signatures ?? []).map((signature) => signature.comment), ...(called ?? []).map((signature) => signature.comment)].some((each) => each?.hasVisibleComponent())
}
