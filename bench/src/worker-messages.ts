import type { Mark } from './marks.ts'

export type ToWorker = { readonly kind: 'marks' | 'memory' | 'stop' }

/** What a process holds once garbage is collected, bytes. */
export interface Memory {
  /** Objects of JavaScript. */
  readonly heap: number
  /** Pages the system has given to the process. */
  readonly resident: number
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly at: number }
  | { readonly kind: 'marks'; readonly marks: readonly Mark[] }
  | { readonly kind: 'memory'; readonly memory: Memory }
