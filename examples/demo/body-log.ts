import { type FileHandle, open } from 'node:fs/promises'
import { Body } from './body.ts'

/** Follows the file in which workers note their step bodies. */
export class BodyLog implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #bodies: Body[] = []
  #offset = 0
  #rest = ''

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Creates the file if there is none. */
  static async open(path: string): Promise<BodyLog> {
    return new BodyLog(await open(path, 'a+'))
  }

  /** All bodies so far. */
  async read(): Promise<readonly Body[]> {
    for (;;) {
      const { bytesRead, buffer } = await this.#file.read({ buffer: Buffer.alloc(65_536), position: this.#offset })
      if (bytesRead === 0) return this.#bodies
      this.#offset += bytesRead
      const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) this.#bodies.push(Body.parse(JSON.parse(line)))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
