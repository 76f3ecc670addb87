// design.md §2 as data: which room may import what, and why.

export interface Room {
  /** A folder of the repository, or a single file; the longest that fits a file is its room. */
  readonly folder: string
  /** Rooms it may import; with `type ` before it, types alone. */
  readonly rooms: readonly string[]
  /** Packages of others. */
  readonly packages: readonly string[]
  readonly node: boolean
  readonly why: string
  /** What its code may not even mention, though nobody imports it. */
  readonly forbidden?: RegExp
}

export const ROOMS: Readonly<Record<string, Room>> = {
  sdk: {
    folder: 'packages/sdk/src',
    rooms: [],
    packages: ['croner', 'reflect-metadata', 'zod'],
    node: false,
    why: 'Authors import the SDK wherever their types go, bundles for a browser included: no Node, no Postgres, no runtime.',
  },
  'sdk/vite': {
    folder: 'packages/sdk/src/vite.ts',
    rooms: [],
    packages: ['esbuild'],
    node: false,
    why: 'The plugin is for build tools and shares nothing with what authors run.',
  },
  codegen: {
    folder: 'packages/codegen/src',
    rooms: ['sdk'],
    packages: ['ts-morph', 'zod'],
    node: true,
    why: 'The compiler reads source and never runs it: it needs the SDK’s meaning of options, and neither the runtime nor a database.',
  },
  embedded: {
    folder: 'packages/embedded/src',
    rooms: [],
    packages: [],
    node: true,
    why: 'A Postgres server for development is of use to anyone: it knows nothing of workflows.',
  },
  payload: {
    folder: 'packages/runtime/src/payload',
    rooms: ['sdk'],
    packages: ['zod'],
    node: false,
    why: 'How values are written is a pure function of the values.',
    forbidden: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|Math\.random|performance|process|fetch|console)\b/,
  },
  codecs: {
    folder: 'packages/runtime/src/payload/codecs',
    rooms: ['sdk', 'payload', 'log'],
    packages: ['pg'],
    node: true,
    why: 'The codecs that come with Baton are users of the hook: they know keys, files and a table, and no execution.',
  },
  core: {
    folder: 'packages/runtime/src/core',
    rooms: ['sdk', 'payload'],
    packages: ['zod'],
    node: false,
    why: 'The core is history in, commands out: whatever it asked the world would differ in a replay (G7).',
    forbidden:
      /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|new Date\(\)|Math\.random|performance|process|crypto|fetch|console|Buffer|globalThis)\b/,
  },
  log: {
    folder: 'packages/runtime/src/log',
    rooms: ['sdk', 'payload', 'core'],
    packages: ['kysely', 'pg', 'zod'],
    node: true,
    why: 'The log keeps events and knows of no queue, no worker and no client.',
  },
  dispatch: {
    folder: 'packages/runtime/src/dispatch',
    rooms: ['sdk', 'payload', 'type core', 'log'],
    packages: ['kysely', 'pg', 'pg-boss', 'zod'],
    node: true,
    why: 'Jobs are hints beside the log: they are written in its transactions, and decide nothing.',
  },
  orchestration: {
    folder: 'packages/runtime/src/orchestration',
    rooms: ['sdk', 'payload', 'type core', 'log', 'dispatch'],
    packages: ['kysely', 'pg', 'zod'],
    node: true,
    why: 'Strategies, triggers and permits hold across workers: they are decided in the database, in no one’s memory.',
  },
  worker: {
    folder: 'packages/runtime/src/worker',
    rooms: ['sdk', 'payload', 'core', 'log', 'dispatch', 'orchestration'],
    packages: ['kysely', 'pg', 'zod'],
    node: true,
    why: 'A worker meets clients in the database only.',
  },
  client: {
    folder: 'packages/runtime/src/client',
    rooms: ['sdk', 'payload', 'core', 'log', 'dispatch', 'orchestration'],
    packages: ['kysely', 'pg', 'zod'],
    node: true,
    why: 'A client runs no workflow code: it needs neither the core nor a worker.',
  },
  runtime: {
    folder: 'packages/runtime/src',
    rooms: ['sdk', 'payload', 'codecs', 'core', 'log', 'dispatch', 'orchestration', 'worker', 'client'],
    packages: [],
    node: false,
    why: 'The entry names what is public; it has nothing of its own.',
  },
  testing: {
    folder: 'packages/testing/src',
    rooms: ['sdk', 'runtime'],
    packages: ['zod'],
    node: true,
    why: 'A test environment is the runtime with another clock, by its public door.',
  },
  'testing/vitest': {
    folder: 'packages/testing/src/vitest.ts',
    rooms: ['testing'],
    packages: ['vitest'],
    node: false,
    why: 'Only the matchers’ entry knows the test framework: the rest works in any.',
  },
  studio: {
    folder: 'packages/studio/src',
    rooms: ['sdk', 'runtime'],
    packages: ['zod'],
    node: true,
    why: 'What the page shows anyone can ask for: by the public door of the runtime.',
  },
  cli: {
    folder: 'packages/cli/src',
    rooms: ['sdk', 'codegen', 'embedded', 'runtime'],
    packages: ['commander', 'tsx', 'zod'],
    node: true,
    why: 'The command line is a user of the packages, by their public doors.',
  },
}
