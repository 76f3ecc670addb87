import { randomUUID } from 'node:crypto'
import { appendFile, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOf } from './hash.ts'
import type { Ledger } from './ledger.ts'
import { Charge } from './order-types.ts'

/** A ledger in a folder that processes share and that survives their being killed: a file a charge. */
export class FileLedger implements Ledger {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async called(key: string): Promise<number> {
    const path = await this.#path(key, 'calls')
    await appendFile(path, '.')
    return (await stat(path)).size
  }

  async book(key: string, charge: Charge): Promise<Charge> {
    const path = await this.#path(key, 'charge')
    const draft = `${path}.${randomUUID()}.draft`
    await writeFile(draft, JSON.stringify(charge))
    // A link is made whole or not at all, and only if there is none: one of two callers wins, and both see its charge.
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    })
    await rm(draft)
    return read(path)
  }

  async charges(): Promise<readonly Charge[]> {
    await mkdir(this.#folder, { recursive: true })
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.charge'))
    return Promise.all(names.map((name) => read(join(this.#folder, name))))
  }

  async #path(key: string, kind: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true })
    return join(this.#folder, `${hashOf(key)}.${kind}`)
  }
}

async function read(path: string): Promise<Charge> {
  return Charge.parse(JSON.parse(await readFile(path, 'utf8')))
}
