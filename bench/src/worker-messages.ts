import type { Mark } from './marks.ts'

export type ToWorker = { readonly kind: 'marks' } | { readonly kind: 'stop' }

export type FromWorker = { readonly kind: 'ready'; readonly at: number } | { readonly kind: 'marks'; readonly marks: readonly Mark[] }
