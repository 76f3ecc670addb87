/** How long the server may take to answer before the connection counts as lost. */
const ANSWER_MS = 10_000

/** A connection that is cut without a word never answers: after a while it counts as lost. */
export function answered<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Connection terminated: the server did not answer')), ANSWER_MS)
    work.then(
      (answer) => {
        clearTimeout(timer)
        resolve(answer)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error) // heard of too late, it is settled already
      },
    )
  })
}
