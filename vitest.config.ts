import { defineConfig } from 'vitest/config'
import { tc39Decorators } from './packages/sdk/src/vite.ts'

// Packages are tested from their sources: `@baton/source` picks them in every package's exports.
const source = {
  plugins: [tc39Decorators()],
  ssr: { resolve: { conditions: ['@baton/source'] } },
  environments: { __vitest__: { resolve: { conditions: ['@baton/source'] } } },
}

/** Tests wait for a state as long as it takes: a machine may be busy. */
const patient = { expect: { poll: { timeout: 20_000 } }, testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    maxWorkers: 3, // tests with a database wait more than they compute
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts', 'bench/src/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', 'test/legacy/**', '**/node_modules/**'],
        },
      },
      {
        // The same suite as unit/decorators, compiled by the legacy dialect with emitDecoratorMetadata.
        ssr: source.ssr,
        environments: source.environments,
        oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
        test: { name: 'legacy', include: ['test/legacy/**/*.test.ts'] },
      },
      {
        ...source,
        test: {
          ...patient,
          name: 'database',
          include: ['test/**/*.db.test.ts', 'examples/**/*.db.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
        },
      },
      {
        // The same once more with every step sent through the queue: authors must see no difference.
        ...source,
        test: {
          ...patient,
          name: 'database-remote',
          include: ['test/semantics/**/*.db.test.ts', 'test/durability/{workers,crash-at-every-commit,heartbeats}.db.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          env: { BATON_TEST_LOCALITY: 'off' },
        },
      },
      {
        ...source,
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, checker: 'tsc', include: ['test/types/**/*.test-d.ts'], tsconfig: 'test/tsconfig.json' },
        },
      },
    ],
  },
})
