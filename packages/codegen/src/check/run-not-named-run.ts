import type { Rule } from './rule.ts'

/** `@Run` on a method of another name: the engine calls `run`. */
export const runNotNamedRun: Rule = ({ sources, workflow }) =>
  workflow.runs
    .filter((run) => run.name !== 'run')
    .map((run) =>
      sources.diagnostic(run.method.name, {
        code: 'RunNotNamedRun',
        message: `@Run stands on '${run.name}', but the engine calls a method named 'run'.`,
        help: "Rename the method to 'run'; a class has one program.",
      }))
