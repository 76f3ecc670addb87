/** Workloads that ask for what Baton promises of itself, and that say nothing beside another engine. */
export const ownMatters: Readonly<Record<string, string>> = {
  W5h: 'measured for Baton alone',
  W9p: 'measured for Baton alone',
}
