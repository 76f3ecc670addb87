export * from './manifest/manifest.ts'
