import type { ExecutionJob } from '../dispatch/job.ts'
import type { NewMessage } from '../dispatch/post.ts'
import type { NewTask } from '../dispatch/tasks.ts'

/** What a turn may send away. */
export type Sent = NewTask | ExecutionJob | NewMessage
