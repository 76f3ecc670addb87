/** An error and its causes, outermost first. */
export function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let at = error; at instanceof Error && !chain.includes(at); at = at.cause) chain.push(at)
  return chain
}

/** An error and its causes, a line each. */
export function showChain(error: unknown): string {
  return chainOf(error).map(({ name, message }, i) => `  ${i === 0 ? '' : 'caused by '}${name}: ${message}`).join('\n')
}
