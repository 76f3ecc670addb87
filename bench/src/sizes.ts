import type { FloorSizes } from './floor.ts'

/** How much of each workload a repetition does. */
export interface Sizes {
  readonly floor: FloorSizes
  readonly starts: number
  readonly chains: number
  readonly endToEnd: number
  readonly executions: number
  /** Executions that several workers share. */
  readonly shared: number
  readonly fanOuts: number
  readonly iterations: number
  readonly longChain: number
  readonly longestChain: number
  readonly families: number
  readonly idle: { readonly settleMs: number; readonly windows: number; readonly windowMs: number }
  /** How many sleep at once, smallest first. */
  readonly sleepers: readonly number[]
  readonly resident: number
  readonly parked: number
}

export const fullSizes: Sizes = {
  floor: { commits: 300, notifications: 60 },
  starts: 100,
  chains: 20,
  endToEnd: 50,
  executions: 1_000,
  shared: 5_000,
  fanOuts: 5,
  iterations: 10_000,
  longChain: 2_000,
  longestChain: 10_000,
  families: 5,
  idle: { settleMs: 3_000, windows: 4, windowMs: 5_000 },
  sleepers: [1_000, 10_000],
  resident: 10_000,
  parked: 100_000,
}

/** To see that everything works, and roughly where one stands. */
export const quickSizes: Sizes = {
  floor: { commits: 100, notifications: 20 },
  starts: 20,
  chains: 4,
  endToEnd: 10,
  executions: 1_000,
  shared: 1_000,
  fanOuts: 2,
  iterations: 1_000,
  longChain: 2_000,
  longestChain: 5_000,
  families: 2,
  idle: { settleMs: 1_000, windows: 2, windowMs: 5_000 },
  sleepers: [1_000],
  resident: 1_000,
  parked: 500,
}
