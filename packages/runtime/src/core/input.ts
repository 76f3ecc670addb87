import type { Encoded } from '../payload/codec.ts'
import type { Failure } from '../payload/failure.ts'

/** What the world tells an execution about one of its commands. */
export type Input =
  | { readonly kind: 'completed'; readonly command: string; readonly attempt: number; readonly output: Encoded }
  | { readonly kind: 'failed'; readonly command: string; readonly attempt: number; readonly failure: Failure }
  | { readonly kind: 'timer'; readonly command: string }
