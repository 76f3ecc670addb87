import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import type { AnswerBox } from './answer-box.ts'
import type { Post } from './post.ts'
import type { Results } from './results.ts'
import type { StreamReaders } from './stream-readers.ts'

/** What a client's parts share. */
export interface Connection {
  readonly database: Database
  readonly names: Names
  readonly dispatcher: Dispatcher
  readonly results: Results
  readonly answers: AnswerBox
  readonly streams: StreamReaders
  readonly post: Post
}
