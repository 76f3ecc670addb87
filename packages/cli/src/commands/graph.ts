import type { GraphFormat } from '@baton/codegen'
import { type Command, Option } from 'commander'
import type { Act } from '../act.ts'

interface GraphCommandOptions {
  readonly format: GraphFormat
  readonly out?: string
  readonly project?: string
  readonly manifest?: string
}

export function addGraph(program: Command, act: Act): void {
  program.command('graph')
    .description("draw a workflow's graph as text for Mermaid or Graphviz")
    .argument('[workflow]', 'name of the workflow; needed where there are several')
    .addOption(new Option('--format <format>', 'language of the picture').choices(['mermaid', 'dot']).default('mermaid'))
    .option('--out <path>', 'write it to a file')
    .option('--project <tsconfig>', 'compile this project; default: tsconfig.json of the working directory')
    .addOption(new Option('--manifest <path>', 'draw what a manifest says instead').conflicts('project'))
    .addHelpText('after', '\nExample:\n  $ baton graph order --format dot | dot -Tsvg > order.svg')
    .action(act(async (session, workflow: string | undefined, options: GraphCommandOptions) => {
      const { drawGraph } = await import('../manifest/draw-graph.ts')
      return drawGraph(session, workflow, options)
    }))
}
