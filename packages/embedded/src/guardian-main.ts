/*
 * The guardian's program: a process of its own, started detached by the first user of a server, that stops the server when
 * the last user is gone, however that user went. Argument: the folder.
 */
import { layoutOf } from './layout.ts'
import { watch } from './watch.ts'

const [, , root] = process.argv
if (root === undefined) throw new Error('usage: guardian-main <folder>')
await watch(layoutOf(root), 1000)
