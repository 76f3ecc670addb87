/** tsx in this process, by one tsconfig at a time; what modules import later is compiled by the last. */
export class Compiler {
  #tsconfig: string | undefined
  #unregister: (() => Promise<void>) | undefined

  /** Compiles by `tsconfig` from here on. JavaScript alone needs no compiler. */
  async use(tsconfig: string | undefined, typescript: boolean): Promise<void> {
    if (this.#unregister ? tsconfig === this.#tsconfig : !typescript) return
    const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')])
    await this.#unregister?.()
    const unregister = esm.register({ tsconfig: tsconfig ?? false })
    const unregisterCjs = registerCjs(cjs.register, tsconfig)
    this.#unregister = () => {
      unregisterCjs()
      return unregister()
    }
    this.#tsconfig = tsconfig
  }
}

/** For `require` tsx takes the tsconfig from the environment, at this moment only; processes that modules start must not inherit it. */
function registerCjs(register: () => () => void, tsconfig: string | undefined): () => void {
  const before = process.env['TSX_TSCONFIG_PATH']
  if (tsconfig !== undefined) process.env['TSX_TSCONFIG_PATH'] = tsconfig
  try {
    return register()
  } finally {
    if (before === undefined) delete process.env['TSX_TSCONFIG_PATH']
    else process.env['TSX_TSCONFIG_PATH'] = before
  }
}
