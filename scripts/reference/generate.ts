// Docstrings to Markdown, by typedoc. What would differ between two machines or two commits with the same API (dates, paths,
// line numbers) is left out.
import { Application, Comment, Converter, type DeclarationReflection, type ProjectReflection, ReflectionKind, type TranslatedString, type TypeDocOptions } from 'typedoc'
import type { MarkdownApplication, PluginOptions } from 'typedoc-plugin-markdown'
import { join } from 'node:path'
import { type Entry, publicEntries } from './entries.ts'
import { undocumented } from './undocumented.ts'

const BANNER = '<!-- Generated from the docstrings by `npm run reference`. Change them, not this file. -->\n\n'

/**
 * Writes the pages of all public entries into `folder`. False if a public name has no docstring, or one has a link or tag that
 * means nothing; which one stands on stderr then.
 */
export async function generate(folder: string): Promise<boolean> {
  const entries = publicEntries()
  const options: TypeDocOptions & PluginOptions = {
    name: 'API reference',
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map(({ file }) => file),
    tsconfig: join(import.meta.dirname, 'tsconfig.json'),
    skipErrorChecking: true, // `npm run build` checks, with the compiler that we ship with
    outputs: [{ name: 'markdown', path: folder }],
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    sort: ['kind', 'alphabetical'],
    validation: { invalidLink: true, invalidPath: true, rewrittenLink: true, notExported: false, notDocumented: false },
    logLevel: 'Warn',
    router: 'module',
    excludeScopesInPaths: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    sanitizeComments: true,
    indexFormat: 'table',
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    tableColumnSettings: { hideInherited: true, hideOverrides: true, hideDefaults: true, hideModifiers: true, leftAlignHeaders: true },
  }
  const app = (await Application.bootstrapWithPlugins(options)) as MarkdownApplication
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => describe(reflection, entries))
  // After typedoc knows what is inherited (0), before it groups members (-100).
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => leaveOut(project), -50)
  for (const begin of ['page.begin', 'index.page.begin'] as const) app.renderer.markdownHooks.on(begin, () => BANNER)
  const project = await app.convert()
  if (!project) return false
  app.validate(project)
  for (const name of undocumented(project)) app.logger.error(`${name} has no docstring.` as TranslatedString)
  await app.generateOutputs(project)
  return !app.logger.hasErrors() && !app.logger.hasWarnings()
}

/** A module is called as it is imported. */
function describe(reflection: DeclarationReflection, entries: readonly Entry[]): void {
  if (!reflection.kindOf(ReflectionKind.Module)) return
  const source = reflection.project.getSymbolIdFromReflection(reflection)?.fileName
  const entry = entries.find(({ file }) => file === source)
  if (entry === undefined) throw new Error(`${reflection.name} is no entry of a package.`)
  reflection.name = entry.name
  if (entry.description !== undefined) reflection.comment ??= new Comment([{ kind: 'text', text: `${entry.description}.` }])
}

/**
 * Members that a class has from its base are described there; of those with symbols only disposal is for users. What names
 * other classes' members and subclasses goes too, else one new error class would change many pages.
 */
function leaveOut(project: ProjectReflection): void {
  for (const reflection of Object.values(project.reflections)) {
    if (!reflection.isDeclaration()) continue
    const isMechanics = reflection.name.startsWith('[') && reflection.name !== '[asyncDispose]' && reflection.name !== '[dispose]'
    if (reflection.inheritedFrom || isMechanics || (reflection.overwrites && reflection.flags.isStatic)) project.removeReflection(reflection)
    else forgetRelatives(reflection)
  }
}

function forgetRelatives(reflection: DeclarationReflection): void {
  let level = reflection.typeHierarchy
  while (level && !level.isTarget) level = level.next
  if (level) delete level.next
  for (const each of [reflection, ...(reflection.signatures ?? [])]) delete each.overwrites
}
