/**
 * TC39 decorators for vite, vitest and rolldown.
 *
 * @module
 */

/** The part of a Vite plugin this one uses; structural, so that this package needs no bundler. */
interface Plugin {
  readonly name: string
  readonly enforce: 'pre'
  transform(code: string, id: string): Promise<{ code: string; map: string } | null>
}

/**
 * A plugin for vite, vitest and rolldown that compiles TC39 decorators with esbuild, which their own compiler leaves in
 * place (oxc-project/oxc#9170). Needs `esbuild` installed. Not needed with tsc, tsx or legacy decorators.
 *
 * @example export default defineConfig({ plugins: [tc39Decorators()] })
 */
export function tc39Decorators(): Plugin {
  return {
    name: 'baton:tc39-decorators',
    enforce: 'pre',
    async transform(code, id) {
      const file = id.split('?')[0] ?? id
      if (!/\.[mc]?tsx?$/.test(file) || file.includes('/node_modules/')) return null
      if (!/\bclass\b/.test(code) || !/@[\w(]/.test(code)) return null
      const { transform } = await import('esbuild')
      const result = await transform(code, {
        loader: file.endsWith('x') ? 'tsx' : 'ts',
        target: 'es2023',
        sourcemap: true,
        sourcefile: file,
        tsconfigRaw: { compilerOptions: { experimentalDecorators: false, verbatimModuleSyntax: true } },
      })
      return { code: result.code, map: result.map }
    },
  }
}
