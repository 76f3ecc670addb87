import { performance } from 'node:perf_hooks'

/** Ms on a clock that only goes on. Taken before the guard replaces it: the worker's own look at the time is not a workflow's. */
export const monotonic: () => number = performance.now.bind(performance)
