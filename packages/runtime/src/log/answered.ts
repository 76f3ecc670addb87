/** How long the server may take to answer before the connection counts as lost. */
const ANSWER_MS = 10_000

/** A connection that is cut without a word never answers: after a while it counts as lost. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Connection terminated: the server did not answer')), ANSWER_MS)
  })
  work.catch(() => {}) // heard of too late, it is settled already
  try {
    return await Promise.race([work, silence])
  } finally {
    clearTimeout(timer)
  }
}
