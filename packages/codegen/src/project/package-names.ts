import { dirname } from 'node:path'
import { z } from 'zod'

const PackageJson = z.looseObject({ name: z.string().optional() })

/** Which package a file belongs to: the nearest `package.json` above it that has a name. */
export class PackageNames {
  readonly #byFolder = new Map<string, string | undefined>()
  readonly #readFile: (path: string) => string | undefined

  /** `readFile` gives undefined where there is no file. */
  constructor(readFile: (path: string) => string | undefined) {
    this.#readFile = readFile
  }

  of(file: string): string | undefined {
    return this.#ofFolder(dirname(file))
  }

  #ofFolder(folder: string): string | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder)
    const parent = dirname(folder)
    const name = this.#nameIn(folder) ?? (parent === folder ? undefined : this.#ofFolder(parent))
    this.#byFolder.set(folder, name)
    return name
  }

  #nameIn(folder: string): string | undefined {
    const text = this.#readFile(`${folder.replace(/\/$/, '')}/package.json`)
    if (text === undefined) return undefined
    try {
      return PackageJson.parse(JSON.parse(text)).name
    } catch {
      // A broken package.json is npm's to complain about; for us the folder has no name.
      return undefined
    }
  }
}
